import { FailureError } from "../lib/errors.ts";
import type { Side, Step } from "./side.ts";

/** A side as far as measuring it goes. */
export type Steppable = Pick<Side, "name" | "ready" | "step">;

/** What one side took for a workload. */
export interface Measurement {
  versions: string;
  /** Median over the repeats, after warm-up steps. */
  milliseconds: number;
  /** Median processor time of all threads, which other work on the machine lengthens less; of our sides alone. */
  cpuMilliseconds?: number;
  /** Fastest and slowest repeat. */
  range: [number, number];
  imagesPerSecond: number;
  /** Largest resident memory of the whole process, setting up included, bytes. */
  peakMemory: number;
  /** Resident memory once the libraries are loaded; part of the peak. */
  baselineMemory: number;
  /** The first step's loss or number of output spikes. */
  value: number;
}

/** Steps of each side before the first that counts. */
const WARM_UPS = 2;
/** Lets the threads of the side that was at work fall asleep. */
const PAUSE_MILLISECONDS = 30;

/**
 * Measures sides step by step in turns, so that the machine's noise hits all alike; who goes first alternates. Only one
 * side computes at a time.
 */
export async function measureInTurns(
  sides: readonly Steppable[],
  images: number,
  repeats: number,
): Promise<Measurement[]> {
  const steps = sides.map((): Step[] => []);
  for (let round = 0; round < WARM_UPS + repeats; round++) {
    const order = [...sides.keys()];
    for (const index of round % 2 === 0 ? order : order.reverse()) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
      steps[index]?.push(await stepOf(sides[index] as Steppable));
    }
  }
  return sides.map(({ ready }, index) => summarise(steps[index] as Step[], images, ready));
}

/** What diverges takes another time, and two that diverge would agree. */
async function stepOf(side: Steppable): Promise<Step> {
  const step = await side.step();
  if (Number.isFinite(step.value)) return step;
  throw new FailureError(
    `Benchmarking ${side.name}: a step gives ${step.value} where a loss or a number of spikes is due; ` +
      "fix that side, in bench/workloads or bench/peers.",
  );
}

function summarise(
  steps: readonly Step[],
  images: number,
  { versions, baselineMemory }: Steppable["ready"],
): Measurement {
  const counted = steps.slice(WARM_UPS);
  const times = counted.map(({ milliseconds }) => milliseconds);
  const cpu = counted.flatMap(({ cpuMilliseconds }) => cpuMilliseconds ?? []);
  const last = steps.at(-1) as Step;
  return {
    versions,
    milliseconds: median(times),
    ...(cpu.length === 0 ? {} : { cpuMilliseconds: median(cpu) }),
    range: [Math.min(...times), Math.max(...times)],
    imagesPerSecond: 1000 * images / median(times),
    peakMemory: last.peakMemory,
    baselineMemory,
    value: (steps[0] as Step).value,
  };
}

/** The middle value; of an even number of values the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new Error("There is no median of no values.");
  return (low + high) / 2;
}
