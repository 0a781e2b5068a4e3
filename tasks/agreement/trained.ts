import { runOfRecord } from "../../lib/exchange/find_run.ts";
import { type KnownNetwork, openRun } from "../../lib/exchange/known_network.ts";
import { chooseRuns } from "../../lib/experiments/train.ts";
import { run } from "../../lib/runs/run.ts";
import { runPaths, type RunRequest } from "../../lib/runs/store.ts";

/** The row's network of the profile `quick`, trained now where it is not there. */
export async function trained(experiment: string, row: string): Promise<KnownNetwork> {
  const [request] = chooseRuns(experiment, { profile: "quick", row }) as [RunRequest];
  console.log(`${experiment}, ${row} ...`);
  await run(request);
  return await openRun(runOfRecord(runPaths(request).record));
}
