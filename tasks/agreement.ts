/** Ours against PyTorch and frameworks of spiking networks: `deno task agreement`. */
import { join } from "node:path";
import { setUpPeers } from "../bench/peers/setup.ts";
import { writeWhole } from "../lib/files.ts";
import { withOwnFolder } from "../lib/own_folder.ts";
import { resultsFolder } from "../lib/paths.ts";
import { agreementTables } from "../lib/report/agreement/mod.ts";
import { exportReport } from "../lib/report/export.ts";
import { networkAgreement } from "./agreement/networks.ts";
import { neuronCases, writeTraces } from "./agreement/neurons.ts";
import { path } from "./arguments.ts";
import { requireWritableFolder } from "./files.ts";
import { defineTask, runTask } from "./task.ts";
import { toUser } from "./user_path.ts";

/** `deno task agreement`. */
export const agreementTask = defineTask({
  name: "agreement",
  description:
    "Runs golden neurons and trained networks in PyTorch, SpikingJelly, snnTorch, Norse and sinabs (set up on first use), natively " +
    "and through NIR, and writes traces and tables of how far they agree with ours.",
  declare: (command) =>
    command.option("--out <folder>", "write below this folder instead of results/study", path),
  plan({ out = join(resultsFolder(), "study") }: { out?: string }): { out: string } {
    requireWritableFolder(out);
    return { out };
  },
  act: measure,
});

async function measure({ out }: { out: string }): Promise<void> {
  await setUpPeers();
  const folder = join(out, "agreement");
  const log = (written: string) => console.log(toUser(written));
  const cases = await withOwnFolder("agreement", neuronCases);
  writeTraces(cases, join(folder, "neurons")).forEach(log);
  const networks = await withOwnFolder("agreement", networkAgreement);
  const path = join(folder, "networks.json");
  writeWhole(path, `${JSON.stringify(networks, null, 1)}\n`);
  log(path);
  await exportReport({ tables: agreementTables(cases, networks), figures: [] }, out, log);
}

if (import.meta.main) await runTask(agreementTask);
