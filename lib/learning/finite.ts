import { tf } from "../ops/tensorflow.ts";
import type { Gradients } from "./optimiser.ts";

/** The first of loss and gradients that is NaN or infinite, with the offending value; undefined when all are finite. */
export function findNonFinite(
  loss: tf.Scalar,
  gradients: Gradients,
): { what: string; value: string } | undefined {
  const value = loss.dataSync()[0] as number;
  if (!Number.isFinite(value)) return { what: "loss", value: String(value) };
  const names = [...gradients.keys()];
  // 0 * x is 0 for finite x and NaN otherwise, so one number per parameter tells.
  const sums = tf.tidy(() =>
    tf.stack([...gradients.values()].map((gradient) => tf.sum(tf.mul(gradient, 0)))).dataSync()
  );
  const broken = names.find((_, index) => sums[index] !== 0);
  if (broken === undefined) return undefined;
  const values = gradients.get(broken)?.dataSync() ?? [];
  return {
    what: `gradient of ${broken}`,
    value: String(Array.from(values).find((entry) => !Number.isFinite(entry))),
  };
}
