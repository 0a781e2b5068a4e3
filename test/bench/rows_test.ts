import assert from "node:assert/strict";
import type { Measurement } from "../../bench/measure.ts";
import { type Comparison, rowsOf } from "../../bench/rows.ts";
import { fasterLayouts } from "../../lib/report/bench/measurements.ts";
import type { Who } from "../../bench/side.ts";
import { SPECS, type WorkloadSpec } from "../../bench/spec.ts";
import { tableOf } from "../../bench/table.ts";

const spec = SPECS[0] as WorkloadSpec;

function measured(milliseconds: number, peakMemory: number): Measurement {
  return {
    ...{
      versions: "",
      milliseconds,
      range: [milliseconds, milliseconds],
      imagesPerSecond: 1e5 / milliseconds,
    },
    ...{ peakMemory, baselineMemory: 1, value: 0 },
  };
}

function against(who: Who, ours: number, theirs: number): Comparison {
  return { who, ours: measured(ours, 100), theirs: measured(theirs, 400) };
}

const comparisons = [
  against({ computer: "pytorch", layout: "nchw" }, 10, 60),
  // Slower in milliseconds, but in a slower quarter of an hour: against us it is the faster one.
  against({ computer: "pytorch", layout: "channels_last" }, 20, 80),
  against({ computer: "tfjs" }, 10, 25),
];

Deno.test("of a peer's layouts the one with the smaller ratio counts", () => {
  assert.deepEqual(fasterLayouts(comparisons), [comparisons[1], comparisons[2]]);
});

Deno.test("a row holds both medians and the ratios of one run", () => {
  assert.deepEqual(rowsOf({ spec, comparisons }), [
    {
      ...{ workload: "snn-inference", peer: "pytorch", ours: 20, theirs: 80, unit: "ms/step" },
      ...{ speedRatio: 4, memoryRatio: 0.25, peerLayout: "channels_last" },
    },
    {
      ...{ workload: "snn-inference", peer: "tfjs", ours: 10, theirs: 25, unit: "ms/step" },
      ...{ speedRatio: 2.5, memoryRatio: 0.25 },
    },
  ]);
});

Deno.test("without peers a row has our median alone", () => {
  assert.deepEqual(rowsOf({ spec, alone: measured(5, 100), comparisons: [] }), [{
    ...{ workload: "snn-inference", peer: null, ours: 5, theirs: null, unit: "ms/step" },
    ...{ speedRatio: null, memoryRatio: null },
  }]);
});

Deno.test("the table shows every layout and marks the slower one", () => {
  const lines = tableOf([{ spec, comparisons }]).split("\n");
  assert.equal(lines.length, 1 + 2 * comparisons.length);
  assert.match(lines[2] as string, /pytorch \(nchw\), slower .* 6\.00x +0\.25x$/);
  assert.match(lines[4] as string, /pytorch \(channels_last\) .* 4\.00x +0\.25x$/);
});
