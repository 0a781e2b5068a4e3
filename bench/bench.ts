import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { FailureError } from "../lib/errors.ts";
import { ROOT } from "../lib/paths.ts";
import { mustRun } from "../setup/child.ts";
import { compareSpikes, type LayerAgreement, pooled } from "./agreement.ts";
import { measureInTurns, type Measurement } from "./measure.ts";
import { mediansOf, type Operation } from "./operations.ts";
import type { Peaks } from "./peaks.ts";
import { peersOf, WE } from "./peers.ts";
import type { Comparison, Result } from "./rows.ts";
import { withScratchFolder } from "./scratch.ts";
import { type Request, Side, sideName, type Who } from "./side.ts";
import { type FashionSpec, imagesOf, isFashion, type WorkloadSpec } from "./spec.ts";

export interface BenchOptions {
  repeats: number;
  threads: number;
  peers: boolean;
  /** Folder of a checkout of another commit to measure in turns with. */
  against?: string;
  /** Gets a line about everything that begins or is found. */
  log: (line: string) => void;
}

/** Measures a workload: our side alone, or in turns with each of its peers. */
export async function benchWorkload(spec: WorkloadSpec, options: BenchOptions): Promise<Result> {
  return await withScratchFolder(async (folder) => {
    options.log(`${spec.name}: preparing ...`);
    const inputs = await prepare(spec, join(folder, "inputs.safetensors"));
    const others = othersOf(spec, options);
    if (others.length === 0) {
      const [alone] = await measureSides(spec, [WE], inputs, options);
      return { spec, alone: alone as Measurement, comparisons: [] };
    }
    const comparisons: Comparison[] = [];
    for (const who of others) {
      if (isFashion(spec) && who.root === undefined) await checkSpikes(spec, who, folder, options);
      comparisons.push(await compare(spec, who, inputs, options));
    }
    return { spec, comparisons };
  });
}

/** Where the time of a workload's step goes. */
export interface Breakdown {
  spec: WorkloadSpec;
  versions: string;
  /** Of a step that is not watched, median. */
  milliseconds: number;
  peaks: Peaks;
  /** Each operation's median over the watched steps, the most expensive first. */
  operations: Operation[];
}

/** Times the operations of a workload's step, our side alone. */
export async function breakDown(
  spec: WorkloadSpec,
  { repeats, threads, log }: Pick<BenchOptions, "repeats" | "threads" | "log">,
): Promise<Breakdown> {
  return await withScratchFolder(async (folder) => {
    log(`${spec.name}: preparing ...`);
    const inputs = await prepare(spec, join(folder, "inputs.safetensors"));
    log(`${spec.name}: operations ...`);
    return await withSides(spec, [WE], inputs, threads, async (sides) => {
      const [side] = sides as [Side];
      const [{ milliseconds }] = await measureInTurns([side], imagesOf(spec), repeats) as [Measurement];
      const steps: Operation[][] = [];
      for (let step = 0; step < repeats; step++) steps.push(await side.operations());
      const operations = mediansOf(steps);
      return { spec, versions: side.ready.versions, milliseconds, peaks: await side.peaks(), operations };
    });
  });
}

/** Whom a workload is measured in turns with. */
function othersOf(spec: WorkloadSpec, { peers, against }: BenchOptions): readonly Who[] {
  const checkout: Who[] = against === undefined ? [] : [{ computer: "checkout", root: against }];
  return [...checkout, ...(peers ? peersOf(spec) : [])];
}

async function compare(
  spec: WorkloadSpec,
  who: Who,
  inputs: string,
  options: BenchOptions,
): Promise<Comparison> {
  options.log(`${spec.name}: in turns with ${sideName(who)} ...`);
  const [ours, theirs] = await measureSides(spec, [WE, who], inputs, options) as [Measurement, Measurement];
  requireEqualValues(spec, who, ours.value, theirs.value);
  return { who, ours, theirs };
}

async function prepare(spec: WorkloadSpec, file: string): Promise<string> {
  const args = ["run", "-A", join("bench", "inputs", "prepare.ts"), JSON.stringify(spec), file];
  const fix = "fix what the lines below say, and run the benchmark again";
  const env = { WEIGHTSHARE_KERNELS: "native" };
  await mustRun(`Preparing the benchmark ${spec.name}`, fix, process.execPath, args, { cwd: ROOT, env });
  return file;
}

async function measureSides(
  spec: WorkloadSpec,
  sides: readonly Who[],
  inputs: string,
  { repeats, threads }: BenchOptions,
): Promise<Measurement[]> {
  return await withSides(
    spec,
    sides,
    inputs,
    threads,
    (started) => measureInTurns(started, imagesOf(spec), repeats),
  );
}

/** Starts sides one after the other, and ends them however the action ends. */
async function withSides<Value>(
  spec: WorkloadSpec,
  sides: readonly Who[],
  inputs: string,
  threads: number,
  action: (sides: Side[]) => Promise<Value>,
): Promise<Value> {
  const started: Side[] = [];
  try {
    for (const who of sides) {
      const layout = who.layout === undefined ? {} : { layout: who.layout };
      const request: Request = { ...spec, peer: who.computer, ...layout, threads, inputs };
      started.push(await Side.start(who, request));
    }
    return await action(started);
  } finally {
    for (const side of started) await side.stop();
  }
}

/** Images whose spikes are compared: every neuron's count is kept. */
const COMPARED_IMAGES = 8;
/** With every further step more images have met a flip near the threshold. */
const COMPARED_STEPS = 15;

/** In processes of their own, so that the memory of the timed ones is that of the workload. */
async function checkSpikes(
  spec: FashionSpec,
  who: Who,
  folder: string,
  { threads, log }: BenchOptions,
): Promise<void> {
  const few = {
    ...spec,
    batch: Math.min(COMPARED_IMAGES, spec.batch),
    T: Math.min(COMPARED_STEPS, spec.T),
  };
  const inputs = join(folder, "few.safetensors");
  if (!existsSync(inputs)) await prepare(few, inputs);
  const files = [join(folder, "ours.safetensors"), join(folder, "theirs.safetensors")] as const;
  await withSides(few, [WE, who], inputs, threads, async ([ours, theirs]) => {
    await ours?.spikes(files[0]);
    await theirs?.spikes(files[1]);
  });
  log(`${spec.name}: ${describe(compareSpikes(...files, few.T, sideName(who)))} in ${sideName(who)}`);
}

function describe(layers: Record<string, LayerAgreement>): string {
  const rates = Object.entries(layers).map(([layer, { rate }]) => `${layer} ${(100 * rate).toFixed(1)} %`);
  const equal = (100 * pooled(Object.values(layers))).toFixed(3);
  return `spikes per step ${rates.join(", ")}; ${equal} % of all neurons fire as often`;
}

/**
 * How far apart the first steps' values may be: a batch gives only some hundred output spikes, of which a few near the
 * threshold flip when sums are taken in another order; without spikes only rounding differs.
 */
const TOLERANCE = { spikes: 0.05, floats: 1e-3 };

function requireEqualValues(spec: WorkloadSpec, who: Who, ours: number, theirs: number): void {
  const tolerance = isFashion(spec) ? TOLERANCE.spikes : TOLERANCE.floats;
  if (Math.abs(ours - theirs) <= tolerance * Math.abs(ours)) return;
  throw new FailureError(
    `Benchmarking ${spec.name}: the first step gives ${ours} here but ${theirs} in ${
      sideName(who)
    }, more than ` +
      `${100 * tolerance} % apart; the two sides do not compute the same, fix bench/peers.`,
  );
}
