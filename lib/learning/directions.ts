import type { Model } from "../models/model.ts";
import { tf } from "../ops/tensorflow.ts";
import { UsageError } from "../errors.ts";
import { globalNorm } from "./clip.ts";
import { type Gradients, parameterOf } from "./optimiser.ts";

/**
 * The gradients of some parameters alone, by the start of their names, in which "*" is any number: `part(gradients, "conv1.")`,
 * `part(gradients, "blocks.*.pointwise.kernel")`. Throws a UsageError where there are none.
 */
export function part(gradients: Gradients, start: string): Gradients {
  const words = start.split("*").map((text) => text.replace(/[^\w]/g, "\\$&"));
  const pattern = new RegExp(`^${words.join("\\d+")}`);
  const some = [...gradients].filter(([name]) => pattern.test(name));
  if (some.length > 0) return new Map(some);
  throw new UsageError(
    `Taking the gradients of "${start}": there are none; use the start of one of ${
      [...gradients.keys()].join(", ")
    }.`,
  );
}

/** Scalar product of two gradients as vectors; both have the same parameters. */
export function dot(a: Gradients, b: Gradients): number {
  return tf.tidy(() => {
    const products = [...a].map(([name, one]) => {
      const other = b.get(name);
      if (other !== undefined) return tf.sum(tf.mul(one, other));
      throw new UsageError(`Comparing gradients: only one of them has "${name}"; take both of one model.`);
    });
    return tf.addN(products).dataSync()[0] as number;
  });
}

/** Cosine of the angle between two gradients, in [-1, 1]; NaN where one is zero. */
export function cosine(a: Gradients, b: Gradients): number {
  return dot(a, b) / (globalNorm(a) * globalNorm(b));
}

/**
 * What `measure` gives once the model's parameters have moved by `length` along a direction (as a vector of length 1;
 * negative: against it). Afterwards they have their old values, bit for bit. Throws a UsageError for a direction of length 0.
 */
export function moved<Result>(
  { parameters }: Model,
  direction: Gradients,
  length: number,
  measure: () => Result,
): Result {
  const norm = globalNorm(direction);
  if (!(norm > 0)) {
    throw new UsageError(`Moving along a direction: its length is ${norm}, but must be above 0.`);
  }
  const values = [...direction].map(([name]) => parameterOf(parameters, name).value);
  const before = values.map((value) => value.clone());
  try {
    tf.tidy(() => {
      [...direction.values()].forEach((one, at) =>
        values[at]?.assign(tf.add(before[at] as tf.Tensor, tf.mul(one, length / norm)))
      );
    });
    return measure();
  } finally {
    before.forEach((value, at) => values[at]?.assign(value));
    tf.dispose(before);
  }
}

/**
 * The slope of a loss along a direction, by central differences: (L(w + h d) - L(w - h d)) / 2h with |d| = 1. Along a
 * gradient it is the gradient's length, but for terms of h^2, kinks (ReLU, maximum) and rounding: a loss near 1 in float32 has noise of 1e-7, which is
 * divided by 2h.
 *
 * ```ts
 * import { annRule, centralDifference, crossEntropy, globalNorm } from "weightshare/learning";
 * import { annForward, createNetwork, layersOf } from "weightshare/models";
 * import { tf } from "weightshare/ops";
 *
 * const network = createNetwork({ input: [8, 8, 1], layers: layersOf("4C3-P2-10") }, 1);
 * const images = tf.randomUniform<tf.Rank.R4>([4, 8, 8, 1], 0, 1, "float32", 1);
 * const targets = tf.eye(10).slice(0, 4) as tf.Tensor2D;
 * const { gradients } = annRule(annForward).step(network, { images, targets }, "frozen");
 * const loss = () => crossEntropy(annForward(network, images, "frozen"), targets);
 * console.log(globalNorm(gradients), centralDifference(network, gradients, loss));
 * ```
 */
export function centralDifference(
  model: Model,
  direction: Gradients,
  loss: () => tf.Scalar,
  h = 1e-3,
): number {
  const at = (length: number) =>
    moved(model, direction, length, () => tf.tidy(() => loss().dataSync()[0] as number));
  return (at(h) - at(-h)) / (2 * h);
}
