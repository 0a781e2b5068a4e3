import { tf } from "../ops/tensorflow.ts";
import type { Gradients } from "./optimiser.ts";

/** The norm of all gradients as one vector. */
export function globalNorm(gradients: Gradients): number {
  return tf.tidy(() => {
    const squares = [...gradients.values()].map((gradient) => tf.sum(tf.square(gradient)));
    return Math.sqrt(tf.sum(tf.stack(squares)).dataSync()[0] as number);
  });
}

/** What gradients are multiplied with to keep their norm within `most`. Source: PyTorch's clip_grad_norm_. */
export function clipCoefficient(norm: number, most: number): number {
  return Math.min(1, most / (norm + 1e-6));
}
