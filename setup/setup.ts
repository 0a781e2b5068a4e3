/** Sets up what is missing, of all or of what one task needs, and is quiet when nothing is: `setup.ts [--for TASK]`. */
import { underDeno } from "./deno_version.ts";

await underDeno(async () => (await import("./set_up.ts")).setUp);
