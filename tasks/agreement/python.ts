import { join } from "node:path";
import { PEERS_PYTHON } from "../../bench/peers/setup.ts";
import { FailureError } from "../../lib/errors.ts";
import { childEnvironment } from "../../setup/environment.ts";
import { statusOf } from "../deno.ts";

/** Runs a file of bench/peers/agreement in the peers' environment on what lies in a folder. */
export async function runInPeers(doing: string, file: string, folder: string): Promise<void> {
  const script = join("bench", "peers", "agreement", file);
  if (await statusOf(PEERS_PYTHON, ["-W", "ignore", script, folder], childEnvironment()) === 0) return;
  throw new FailureError(`${doing}: ${script} failed; fix what it says above.`);
}
