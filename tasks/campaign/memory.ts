/** Long trainings of every rule and network family: what a process holds must not grow with its steps. */
import process from "node:process";
import { FailureError } from "../../lib/errors.ts";
import { withOwnFolder } from "../../lib/own_folder.ts";
import { ROOT } from "../../lib/paths.ts";
import { spawnBound } from "../../setup/bound.ts";
import type { CampaignOptions, CampaignResult } from "./campaign.ts";

/** One row of an experiment, made so small that a step takes milliseconds. */
interface Subject {
  experiment: string;
  row: string;
  /** As `deno task train --set` takes them. */
  set: string[];
}

/** Resident memory in MiB at the end of each epoch. */
type Samples = number[];

const EPOCHS = 50;
const BATCH = 10;
const GROWTH_ALLOWED = 0.02;

/** So low that no training diverges before its last step; what a step holds does not depend on it. */
const SLOW = "learningRate=1e-5";

function rule(row: string, ...set: string[]): Subject {
  return { experiment: "fashion-mnist-learning-rules", row, set: [SLOW, ...set] };
}

/** Every rule that trains, then both families of shared kernels, with the workers of their pipelines. */
const SUBJECTS: readonly Subject[] = [
  rule("ann"),
  ...["proxy-k2", "no-replacement", "tandem", "surrogate"].map((row) => rule(row, "T=4", "timeSteps=8")),
  ...["none", "all"].map((row) => ({ experiment: "convmixer-cifar-10", row, set: [SLOW] })),
  ...["none-1", "all-1"].map((row) => ({ experiment: "se-resnet-cifar-10", row, set: [SLOW] })),
];

/**
 * Trains each subject for `tries` steps in a process of its own. Wrong is one whose resident memory over the last fifth of
 * its epochs (its lowest, as `lowest` says) is more than 2 % above that over the second; in the first fifth caches fill.
 */
export async function memoryCampaign(
  { seed, tries: steps, onProgress }: CampaignOptions,
  subjects: readonly Subject[] = SUBJECTS,
): Promise<CampaignResult> {
  const [said, wrong]: [string[], string[]] = [[], []];
  for (const subject of subjects) {
    const samples = await withOwnFolder("memory", (results) => memoryOf(subject, steps, seed, results));
    const [early, late] = [lowest(samples, 1), lowest(samples, 4)];
    const name = `${subject.experiment}, ${subject.row}`;
    const line = `${name}: ${early.toFixed(0)} MiB, then ${late.toFixed(0)}`;
    said.push(line);
    onProgress?.(line);
    if (!(late <= early * (1 + GROWTH_ALLOWED))) wrong.push(`${line}, more than 2 % above`);
  }
  return { tried: subjects.length, said: `${steps} steps each; ${said.join("; ")}`, wrong };
}

/**
 * The lowest of one of five equal parts of the samples: what a leak raises, and what the garbage that the heaps of worker
 * threads have not collected yet (nobody can ask them to) does not.
 */
export function lowest(samples: Samples, part: number): number {
  const [from, to] = [part, part + 1].map((end) => Math.floor((end * samples.length) / 5));
  return samples.slice(from, to).reduce((least, sample) => Math.min(least, sample), Infinity);
}

async function memoryOf(
  { experiment, row, set }: Subject,
  steps: number,
  seed: number,
  results: string,
): Promise<Samples> {
  const trainImages = Math.ceil((steps * BATCH) / EPOCHS);
  const settings = [
    ...set,
    `epochs=${EPOCHS}`,
    `batch=${BATCH}`,
    `trainImages=${trainImages}`,
    `seed=${seed}`,
  ];
  const args = ["tasks/campaign/memory_subject.ts", experiment, row, ...settings];
  const child = spawnBound(process.execPath, ["run", "-A", "--v8-flags=--expose-gc", ...args], {
    cwd: ROOT,
    env: { ...process.env, WEIGHTSHARE_RESULTS: results },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout?.on("data", (chunk) => text += String(chunk));
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) throw new FailureError(`Training ${experiment}, ${row}: it ended with ${code}; see above.`);
  const samples = text.trim().split("\n").map(Number);
  if (samples.length !== EPOCHS) {
    throw new FailureError(
      `Training ${experiment}, ${row}: it told the memory of ${samples.length} of ${EPOCHS} epochs.`,
    );
  }
  return samples;
}
