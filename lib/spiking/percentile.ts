import { UsageError } from "../errors.ts";

/** Refuses what is no percentile of activations; 100 is the maximum. */
export function checkPercentile(percentile: number): void {
  if (!(percentile > 0 && percentile <= 100)) {
    throw new UsageError(
      `Measuring activations: the percentile is ${percentile}, but must be above 0 and at most 100 (the maximum).`,
    );
  }
}

/** Numbers that may be kept for one percentile: half a gigabyte. */
const MOST_KEPT = 2 ** 26;

/**
 * The exact percentile of many numbers that come in parts: sorted, at position percentile / 100 (n - 1), between two
 * numbers in proportion (as numpy.percentile). Only the largest are kept, so that high percentiles take little memory.
 */
export class Percentile {
  readonly #percentile: number;
  /** As many of the largest numbers as the percentile can need, and as many new ones. */
  readonly #kept: Float32Array;
  #size = 0;
  /** Numbers up to it are out of the question. */
  #floor = -Infinity;
  #count = 0;
  #hasNaN = false;

  /** For at most `numbers` numbers. */
  constructor(percentile: number, numbers: number) {
    checkPercentile(percentile);
    this.#percentile = percentile;
    const largest = numbers - Math.floor(this.#position(numbers)) + 1;
    if (largest > MOST_KEPT) {
      throw new UsageError(
        `Measuring activations: the ${percentile}th percentile of ${numbers} numbers needs the ${largest} largest ones, ` +
          `but at most ${MOST_KEPT} are kept; take a higher percentile or fewer images.`,
      );
    }
    this.#kept = new Float32Array(2 * largest);
  }

  add(numbers: Float32Array): void {
    this.#count += numbers.length;
    const kept = this.#kept;
    for (const number of numbers) {
      if (number <= this.#floor) continue;
      if (Number.isNaN(number)) this.#hasNaN = true;
      kept[this.#size++] = number;
      if (this.#size === kept.length) this.#forget();
    }
  }

  /** The percentile of all numbers so far; NaN where one of them is NaN. */
  value(): number {
    if (this.#hasNaN) return NaN;
    const sorted = this.#kept.slice(0, this.#size).sort();
    const position = this.#position(this.#count);
    const below = Math.floor(position);
    const at = (index: number) => sorted[index - this.#count + sorted.length] as number;
    const low = at(below);
    return low + (at(Math.min(below + 1, this.#count - 1)) - low) * (position - below);
  }

  #position(numbers: number): number {
    return this.#percentile / 100 * (numbers - 1);
  }

  /** Keeps the larger half. */
  #forget(): void {
    const half = this.#kept.length / 2;
    this.#kept.sort();
    this.#kept.copyWithin(0, half);
    this.#size = half;
    this.#floor = this.#kept[0] as number;
  }
}
