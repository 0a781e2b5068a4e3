/** The kinds of numbers that settings of a run may be; free of TensorFlow, which reading a configuration does not need. */
import { z } from "zod";

/** A whole number of at least 1. */
export const count: z.ZodInt = z.int().min(1);

/** A whole number from 1 to `most`. */
export const upTo = (most: number): z.ZodInt => count.max(most);

/** Smallest and largest normal numbers of single precision, in which networks are computed. */
const SINGLE = { least: 2 ** -126, most: (2 - 2 ** -23) * 2 ** 127 };
const inSingle = (number: number) =>
  number === 0 || (Math.abs(number) >= SINGLE.least && Math.abs(number) <= SINGLE.most);
const SINGLE_TEXT = `${SINGLE.least.toPrecision(3)} to ${
  SINGLE.most.toPrecision(3)
}, what single precision holds`;

/** A number that enters computations: neither infinite there nor, unless it is 0, zero. */
export const real: z.ZodNumber = z.number().refine(inSingle, `must be 0 or of a size of ${SINGLE_TEXT}`);
/** A number above 0 that enters computations. */
export const positive: z.ZodNumber = z.number().positive().refine(inSingle, `must be ${SINGLE_TEXT}`);
/** A number of at least 0 that enters computations. */
export const notNegative: z.ZodNumber = z.number().min(0).refine(inSingle, `must be 0 or ${SINGLE_TEXT}`);
/** The largest number below 1 in single precision: 1 minus a rate is a divisor. */
export const decayRate: z.ZodNumber = z.number().min(0).lt(1).max(1 - 2 ** -24);

/** Bounds of what a run may be asked for: many times what is published. */
export const MOST = { timeSteps: 10_000, epochs: 100_000, blocks: 1_000, channels: 16_384 };
