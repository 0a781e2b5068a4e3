import { type BenchOptions, benchWorkload } from "./bench.ts";
import type { Measurement } from "./measure.ts";
import { type FashionSpec, isFashion, resize, type Sizes, type WorkloadSpec } from "./spec.ts";

/** The sizes that are varied, one at a time: T and batch as multiples of the workload's own, the others as they are. */
const VALUES: Record<keyof Sizes, readonly number[]> = {
  T: [1 / 3, 1, 2, 4],
  batch: [0.2, 0.5, 1, 2],
  width: [1 / 8, 1 / 4, 1 / 2, 1],
  density: [0.01, 0.02, 0.05, 0.1, 0.2, 0.3],
};

/** Our side of a workload at one size. */
export interface SweepPoint
  extends Pick<Measurement, "milliseconds" | "range" | "imagesPerSecond" | "peakMemory"> {
  workload: string;
  /** What is varied. */
  size: keyof Sizes;
  value: number;
}

/** Measures spiking workloads at other sizes, ours alone; whatever is not varied is the workload's own. */
export async function* sweep(
  specs: readonly WorkloadSpec[],
  options: Omit<BenchOptions, "peers">,
): AsyncGenerator<SweepPoint> {
  for (const spec of specs.filter(isFashion)) {
    for (const size of Object.keys(VALUES) as (keyof Sizes)[]) {
      for (const value of VALUES[size].map((given) => valueOf(spec, size, given))) {
        options.log(`${spec.name}: ${size} = ${value} ...`);
        const silent = { ...options, peers: false, log: () => {} };
        const { alone } = await benchWorkload(resize(spec, { [size]: value }), silent);
        const { milliseconds, range, imagesPerSecond, peakMemory } = alone as Measurement;
        yield { workload: spec.name, size, value, milliseconds, range, imagesPerSecond, peakMemory };
      }
    }
  }
}

function valueOf(spec: FashionSpec, size: keyof Sizes, given: number): number {
  return size === "T" || size === "batch" ? Math.round(given * spec[size]) : given;
}
