import { DivergenceError } from "../errors.ts";
import { tf } from "../ops/tensorflow.ts";
import type { Divergence } from "./metrics.ts";

/** Throws a DivergenceError if a number is NaN or infinite. */
export function checkFinite(number: number, what: string): void {
  if (!Number.isFinite(number)) throw new DivergenceError(what, String(number));
}

/** Throws a DivergenceError for the first of some tensors, by name, that holds NaN or an infinite number. */
export function checkTensors(tensors: ReadonlyMap<string, tf.Tensor>, what: string): void {
  if (tensors.size === 0) return;
  // 0 * x is 0 for finite x and NaN otherwise, so one number per tensor tells.
  const sums = tf.tidy(() =>
    tf.stack([...tensors.values()].map((tensor) => tf.sum(tf.mul(tensor, 0)))).dataSync()
  );
  const broken = [...tensors].find((_, index) => sums[index] !== 0);
  if (broken === undefined) return;
  const [name, tensor] = broken;
  const value = tensor.dataSync().find((entry) => !Number.isFinite(entry));
  throw new DivergenceError(`${what} of ${name}`, String(value));
}

/** The divergence that an error tells of, at its place in a run; any other error is thrown again. */
export function divergenceOf(error: unknown, place: Pick<Divergence, "epoch" | "step">): Divergence {
  if (!(error instanceof DivergenceError)) throw error;
  return { ...place, what: error.what, value: error.value };
}
