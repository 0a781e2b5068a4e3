/** How one image's outputs are read as a class. */
export interface Reading {
  /** Index of the largest output; of several largest, the first. */
  prediction: number;
  /** The prediction is the label. */
  argmaxCorrect: boolean;
  /** The label's output is a largest one; true for every label when all outputs are zero. */
  tieCorrect: boolean;
  /** More than one largest output. */
  tied: boolean;
  /** All outputs are zero. */
  silent: boolean;
}

/** Reads the outputs (spike counts or logits) of one image under both tie rules. */
export function readOutputs(outputs: ArrayLike<number>, label: number): Reading {
  let prediction = 0;
  for (let index = 1; index < outputs.length; index++) {
    if ((outputs[index] as number) > (outputs[prediction] as number)) prediction = index;
  }
  const largest = outputs[prediction] as number;
  const winners = Array.prototype.filter.call(outputs, (value: number) => value === largest).length;
  return {
    prediction,
    argmaxCorrect: prediction === label,
    tieCorrect: outputs[label] === largest,
    tied: winners > 1,
    silent: Array.prototype.every.call(outputs, (value: number) => value === 0),
  };
}

/** Shares of images, in [0, 1]. */
export interface Shares {
  argmax: number;
  tieInclusive: number;
  tied: number;
  silent: number;
}

/** Adds up readings of many images. */
export class ShareCounter {
  #images = 0;
  #sums = { argmax: 0, tieInclusive: 0, tied: 0, silent: 0 };

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
      );
      this.#images++;
      this.#sums.argmax += Number(reading.argmaxCorrect);
      this.#sums.tieInclusive += Number(reading.tieCorrect);
      this.#sums.tied += Number(reading.tied);
      this.#sums.silent += Number(reading.silent);
      return reading.prediction;
    });
  }

  /** The shares over all images so far. */
  shares(): Shares {
    const { argmax, tieInclusive, tied, silent } = this.#sums;
    const share = (sum: number) => sum / this.#images;
    return {
      argmax: share(argmax),
      tieInclusive: share(tieInclusive),
      tied: share(tied),
      silent: share(silent),
    };
  }
}
