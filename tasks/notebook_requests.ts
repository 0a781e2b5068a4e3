import { missingFile } from "../lib/data/stamp.ts";
import { requestsOf } from "../lib/experiments/experiment.ts";
import { findExperiment } from "../lib/experiments/experiments.ts";
import { joinText, readNotebook } from "../lib/report/notebook_file.ts";
import type { Profile } from "../lib/runs/profile.ts";
import type { RunRequest } from "../lib/runs/store.ts";

/** How a notebook asks for the records of an experiment. */
const CALL = /\breproduce(WhereData)?\(\s*"([a-z0-9-]+)"/g;

/** The experiments that a notebook's cells reproduce, and whether only where their data sets are. */
export function experimentsIn(notebook: string): { name: string; whereData: boolean }[] {
  const code = readNotebook(notebook).cells.filter(({ cell_type }) => cell_type === "code");
  const calls = code.flatMap(({ source }) => [...joinText(source).matchAll(CALL)]);
  return calls.map(([, whereData, name]) => ({ name: name as string, whereData: whereData !== undefined }));
}

/** The runs whose records notebooks read or train, each once; a call that is written otherwise trains in its notebook. */
export function requestsOfNotebooks(notebooks: readonly string[], profile: Profile): RunRequest[] {
  const wanted = new Map<string, RunRequest[]>();
  for (const { name, whereData } of notebooks.flatMap(experimentsIn)) {
    const requests = requestsOf(findExperiment(name), profile);
    const there = requests.every(({ config }) => missingFile(config.data.name) === undefined);
    if (there || !whereData) wanted.set(name, requests);
  }
  return [...wanted.values()].flat();
}
