/** Says for each part of the set-up whether it is there, its version, or the command that fixes it. */
import { underDeno } from "./deno_version.ts";

await underDeno(async () => (await import("./examine.ts")).doctor);
