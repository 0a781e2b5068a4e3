import { readOutputs, ShareCounter } from "../../../lib/spiking/readout.ts";
import type { Results } from "../compare.ts";
import { type Fixture, tensorOf } from "../fixture.ts";

export function tieRule(fixture: Fixture): Results {
  const classes = fixture.config["classes"] as number;
  const counts = tensorOf(fixture, "counts").dataSync() as Float32Array;
  const labels = Array.from(tensorOf(fixture, "labels").dataSync());
  const readings = labels.map((label, row) =>
    readOutputs(counts.subarray(row * classes, (row + 1) * classes), label)
  );
  const counter = new ShareCounter();
  counter.add(counts, labels);
  const { argmax, tieInclusive, tied, silent } = counter.shares();
  return {
    prediction: readings.map((reading) => reading.prediction),
    argmax_correct: readings.map((reading) => Number(reading.argmaxCorrect)),
    tie_correct: readings.map((reading) => Number(reading.tieCorrect)),
    "accuracy.argmax": argmax,
    "accuracy.tie_inclusive": tieInclusive,
    tied,
    silent,
  };
}
