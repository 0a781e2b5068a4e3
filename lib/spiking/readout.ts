import { DivergenceError } from "../errors.ts";

/** How one image's outputs are read as a class. */
export interface Reading {
  /** Index of the largest output; of several largest, the first. */
  prediction: number;
  /** The prediction is the label. */
  argmaxCorrect: boolean;
  /** The label's output is a largest one, which a random choice among k largest ones finds with a chance of 1 / k; else 0. */
  expected: number;
  /** The label's output is a largest one; true for every label when all outputs are zero. */
  tieCorrect: boolean;
  /** More than one largest output. */
  tied: boolean;
  /** All outputs are zero. */
  silent: boolean;
}

/**
 * Reads the outputs (spike counts or logits) of one image under all tie rules. Outputs that are not finite have no largest
 * one: a DivergenceError that names them, as `what`.
 */
export function readOutputs(outputs: ArrayLike<number>, label: number, what = "output"): Reading {
  let prediction = 0;
  for (let index = 0; index < outputs.length; index++) {
    if (!Number.isFinite(outputs[index])) throw new DivergenceError(what, String(outputs[index]));
  }
  for (let index = 1; index < outputs.length; index++) {
    if ((outputs[index] as number) > (outputs[prediction] as number)) prediction = index;
  }
  const largest = outputs[prediction] as number;
  const winners = Array.prototype.filter.call(outputs, (value: number) => value === largest).length;
  return {
    prediction,
    argmaxCorrect: prediction === label,
    expected: outputs[label] === largest ? 1 / winners : 0,
    tieCorrect: outputs[label] === largest,
    tied: winners > 1,
    silent: Array.prototype.every.call(outputs, (value: number) => value === 0),
  };
}

/** Shares of images, in [0, 1]. */
export interface Shares {
  /** Of several largest outputs the first is the answer: it depends on the order of the classes where there are ties. */
  argmax: number;
  /**
   * The accuracy to be expected if ties are broken at random: a tie of k outputs, the label's among them, counts 1 / k. It does
   * not depend on the order of the classes. Absent from older records.
   */
  expected?: number;
  tieInclusive: number;
  tied: number;
  silent: number;
}

/** Adds up readings of many images; `what` names the outputs should they not be finite. */
export class ShareCounter {
  readonly #what: string | undefined;
  #images = 0;
  #sums = { argmax: 0, expected: 0, tieInclusive: 0, tied: 0, silent: 0 };

  constructor(what?: string) {
    this.#what = what;
  }

  /** Reads outputs [N, classes] (row-major) with their labels; returns the predictions. */
  add(
    outputs: ArrayLike<number> & { subarray(from: number, to: number): ArrayLike<number> },
    labels: ArrayLike<number>,
  ): number[] {
    const classes = outputs.length / labels.length;
    return Array.from({ length: labels.length }, (_, row) => {
      const reading = readOutputs(
        outputs.subarray(row * classes, (row + 1) * classes),
        labels[row] as number,
        this.#what,
      );
      this.#images++;
      this.#sums.argmax += Number(reading.argmaxCorrect);
      this.#sums.expected += reading.expected;
      this.#sums.tieInclusive += Number(reading.tieCorrect);
      this.#sums.tied += Number(reading.tied);
      this.#sums.silent += Number(reading.silent);
      return reading.prediction;
    });
  }

  /** Images so far. */
  get images(): number {
    return this.#images;
  }

  /** The shares over all images so far. */
  shares(): Required<Shares> {
    const { argmax, expected, tieInclusive, tied, silent } = this.#sums;
    const share = (sum: number) => sum / this.#images;
    return {
      argmax: share(argmax),
      expected: share(expected),
      tieInclusive: share(tieInclusive),
      tied: share(tied),
      silent: share(silent),
    };
  }
}
