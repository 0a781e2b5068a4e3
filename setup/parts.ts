import { UsageError } from "../lib/errors.ts";

/** What a network is trained and simulated with. */
const NETWORKS = ["npm", "tensorflow", "binding", "native"];
const DRAWING = [...NETWORKS, "chromium"];
const NOTEBOOKS = [...DRAWING, "python", "kernels", "library"];

/**
 * The steps that each task needs before it begins. Data sets are in those of tests alone: whoever else reads one asks for it, so
 * that the absence of one stops nothing else, and nothing stands before the task that fetches it. The environment's Python
 * starts the children of those that have any.
 */
const PARTS: Record<string, readonly string[]> = {
  reproduce: NOTEBOOKS,
  lab: NOTEBOOKS,
  execute: NOTEBOOKS,
  smoke: [...NOTEBOOKS, "data"],
  train: [...NETWORKS, "venv"],
  runs: ["npm"],
  plan: ["npm"],
  submit: [...NETWORKS, "venv"],
  evaluate: NETWORKS,
  export: NETWORKS,
  import: NETWORKS,
  figures: ["npm", "chromium"],
  data: ["npm"],
  format: ["npm", "venv"],
  docs: ["npm", "venv"],
  augmentation: ["npm"],
  golden: NETWORKS,
  "golden:make": ["npm", "venv"],
  parameters: NETWORKS,
  agreement: [...NETWORKS, "venv"],
  bench: [...NETWORKS, "venv"],
  campaign: [...NOTEBOOKS, "data"],
  "ok:cluster": [...NETWORKS, "venv"],
  "ok:native": [],
};

/** The ids of the steps that a task needs. */
export function partsFor(task: string): readonly string[] {
  const parts = Object.hasOwn(PARTS, task) ? PARTS[task] : undefined;
  if (parts !== undefined) return parts;
  throw new UsageError(
    `Setting up for "${task}": it is no task; use one of ${
      Object.keys(PARTS).join(", ")
    }, or no --for at all.`,
  );
}
