import { fasterLayouts, memoryRatio, speedRatio } from "../lib/report/bench/measurements.ts";
import type { Measurement } from "./measure.ts";
import { type Computer, type Layout, type Who } from "./side.ts";
import type { WorkloadSpec } from "./spec.ts";

/** Two sides measured in turns: every ratio is one of the same minutes. */
export interface Comparison {
  who: Who;
  ours: Measurement;
  theirs: Measurement;
}

/** What was measured of a workload. */
export interface Result {
  spec: WorkloadSpec;
  /** Without peers: our side alone. */
  alone?: Measurement;
  comparisons: Comparison[];
}

/** One line of `--json`. */
export interface Row {
  workload: string;
  /** Null where no peer was measured. */
  peer: Computer | null;
  /** Median of our steps, in turns with the peer's. */
  ours: number;
  theirs: number | null;
  unit: "ms/step";
  /** theirs / ours: above 1 we are faster. */
  speedRatio: number | null;
  /** Our peak resident memory over theirs: below 1 we need less. */
  memoryRatio: number | null;
  /** The layout that counts, where the peer has the choice. */
  peerLayout?: Layout;
}

/** The rows of a workload: one a peer, in its faster layout. */
export function rowsOf({ spec, alone, comparisons }: Result): Row[] {
  const rows = fasterLayouts(comparisons).map((comparison) => rowOf(spec.name, comparison));
  return alone === undefined ? rows : [aloneRow(spec.name, alone), ...rows];
}

function rowOf(workload: string, comparison: Comparison): Row {
  const { who, ours, theirs } = comparison;
  return {
    workload,
    peer: who.computer,
    ours: ours.milliseconds,
    theirs: theirs.milliseconds,
    unit: "ms/step",
    speedRatio: speedRatio(comparison),
    memoryRatio: memoryRatio(comparison),
    ...(who.layout === undefined ? {} : { peerLayout: who.layout }),
  };
}

function aloneRow(workload: string, { milliseconds }: Measurement): Row {
  return {
    workload,
    ...{ peer: null, ours: milliseconds, theirs: null, unit: "ms/step", speedRatio: null, memoryRatio: null },
  };
}
