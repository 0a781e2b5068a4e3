import { type Model, modelVariables } from "../../lib/models/model.ts";
import { tf } from "../../lib/ops/tensorflow.ts";

/** The Euclidean length. */
export const norm = (values: readonly number[] | Float32Array) => Math.hypot(...values);

export const difference = (a: Float32Array, b: Float32Array) =>
  a.map((value, index) => value - (b[index] as number));

/** Narrow initial networks are silent: norms of small currents and larger linear weights make one fire. */
export function enliven(model: Model): void {
  tf.tidy(() => {
    for (const [name, value] of modelVariables(model)) {
      if (name.endsWith(".variance")) value.assign(tf.mul(value, 0.05));
      else if (name.endsWith(".beta")) value.assign(tf.add(value, 0.3));
      else if (name.startsWith("linear") && value.rank === 2) value.assign(tf.mul(value, 4));
    }
  });
}
