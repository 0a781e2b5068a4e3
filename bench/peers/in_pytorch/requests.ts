/**
 * Writes what train.py is to train: every run that PyTorch trains for the study, an experiment's runs in one group. A conversion
 * trains nothing.
 *
 *     deno run -A bench/peers/in_pytorch/requests.ts requests.json
 */
import { writeFileSync } from "node:fs";
import process from "node:process";
import { architectureOf } from "../../../lib/exchange/architecture.ts";
import { EXPERIMENTS } from "../../../lib/experiments/experiments.ts";
import { requestsOf } from "../../../lib/experiments/experiment.ts";
import { converts } from "../../../lib/learning/rules/all.ts";
import { nameLayers } from "../../../lib/models/network.ts";
import { canonicalJson, hashConfig, type RunConfig } from "../../../lib/runs/config/config.ts";
import type { RunRequest } from "../../../lib/runs/store.ts";

/** Every run of the study that PyTorch trains, and those that are converted from them. */
export function trainedInPyTorch(): RunRequest[] {
  return EXPERIMENTS.filter(({ elsewhere }) => elsewhere !== undefined)
    .flatMap((experiment) => requestsOf(experiment, "study"));
}

/** What train.py and compare.py are told of a run's network. */
export function networkFor(config: RunConfig) {
  const architecture = architectureOf(config);
  return { architecture, ...("layers" in architecture ? { layers: nameLayers(architecture) } : {}) };
}

/** What train.py is told of a run. */
export function requestFor({ experiment, row, config }: Pick<RunRequest, "experiment" | "row" | "config">) {
  const about = { hash: hashConfig(config), canonical: canonicalJson(config) };
  return { experiment, row, config, ...about, ...networkFor(config) };
}

if (import.meta.main) {
  const [output] = process.argv.slice(2);
  if (output === undefined) throw new Error("give the file to write, e.g. requests.json");
  const entries = trainedInPyTorch().filter(({ config }) => !converts(config.rule)).map(requestFor);
  const groups = Object.groupBy(entries, ({ experiment }) => experiment);
  writeFileSync(output, JSON.stringify(groups, null, 1) + "\n");
}
