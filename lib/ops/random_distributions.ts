import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { UsageError } from "../errors.ts";
import type { RandomStream } from "./random.ts";

/** A number uniform in [from, to). */
export function randomNumber(stream: RandomStream, from: number = 0, to: number = 1): number {
  return from + (to - from) * uniformFloat64(stream);
}

/** Whether an event of this probability happens. */
export function randomChance(stream: RandomStream, probability: number): boolean {
  return uniformFloat64(stream) < probability;
}

/** A number from the normal distribution of mean 0 and sd 1 (Box and Muller 1958). */
export function randomNormal(stream: RandomStream): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(stream)));
  return radius * Math.cos(2 * Math.PI * uniformFloat64(stream));
}

/** A number from Beta(alpha, alpha) (Jöhnk 1964; quick for alpha up to about 2). */
export function randomBeta(stream: RandomStream, alpha: number): number {
  if (!(alpha > 0)) {
    throw new UsageError(`Drawing from Beta(${alpha}, ${alpha}): its parameter must be greater than 0.`);
  }
  for (;;) {
    const one = (1 - uniformFloat64(stream)) ** (1 / alpha);
    const sum = one + (1 - uniformFloat64(stream)) ** (1 / alpha);
    if (sum > 0 && sum <= 1) return one / sum;
  }
}
