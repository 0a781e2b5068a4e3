/**
 * Writes what train.py is to train: every run that PyTorch trains for the study, an experiment's runs in one group.
 *
 *     deno run -A bench/peers/kernel_sharing/requests.ts requests.json
 */
import { writeFileSync } from "node:fs";
import process from "node:process";
import { architectureOf } from "../../../lib/exchange/architecture.ts";
import { canonicalJson, hashConfig } from "../../../lib/runs/config/config.ts";
import { trainedInPyTorch } from "./trained_in_pytorch.ts";

const [output] = process.argv.slice(2);
if (output === undefined) throw new Error("give the file to write, e.g. requests.json");
const entries = trainedInPyTorch().map(({ experiment, row, config }) => ({
  ...{ experiment, row, config },
  hash: hashConfig(config),
  canonical: canonicalJson(config),
  architecture: architectureOf(config),
}));
writeFileSync(
  output,
  JSON.stringify(Object.groupBy(entries, ({ experiment }) => experiment), null, 1) + "\n",
);
