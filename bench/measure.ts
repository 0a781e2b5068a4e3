import { peakMemory } from "../lib/experiments/provenance.ts";

/** What a workload took. */
export interface Measurement {
  workload: string;
  /** Images of one call. */
  images: number;
  /** Median of the repeats, after one warm-up. */
  millisecondsPerStep: number;
  imagesPerSecond: number;
  /** Fastest and slowest repeat. */
  range: [number, number];
  repeats: number;
  /** Largest resident memory of the process so far, bytes. */
  residentMemory: number;
}

/** Times `step` after a warm-up and gives the median. */
export function measure(workload: string, images: number, repeats: number, step: () => void): Measurement {
  step();
  const times = Array.from({ length: repeats }, () => {
    const start = performance.now();
    step();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  const median = times[Math.floor(repeats / 2)] as number;
  return {
    workload,
    images,
    millisecondsPerStep: median,
    imagesPerSecond: 1000 * images / median,
    range: [times[0] as number, times.at(-1) as number],
    repeats,
    residentMemory: peakMemory(),
  };
}
