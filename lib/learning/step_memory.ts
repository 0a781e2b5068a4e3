import type { Network } from "../models/parameters.ts";
import type { NormMode } from "../ops/batch_norm.ts";
import { tf } from "../ops/tensorflow.ts";
import type { Batch, LearningRule } from "./rule.ts";

/**
 * The most bytes that tensors of one step take at once, on top of what is there before it; the step's optimiser and
 * what TensorFlow needs inside an operation are not in it. In mode "train" the norm statistics move.
 */
export async function stepMemory(
  rule: LearningRule,
  network: Network,
  batch: Batch,
  mode: NormMode = "frozen",
): Promise<number> {
  const before = tf.memory().numBytes;
  const { peakBytes } = await tf.profile(() => {
    tf.tidy(() => {
      const { loss, output, gradients } = rule.step(network, batch, mode);
      tf.dispose([loss, output, ...gradients.values()]);
    });
  });
  return peakBytes - before;
}
