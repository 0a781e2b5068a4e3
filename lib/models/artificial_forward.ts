import type { NormMode } from "../ops/batch_norm.ts";
import type { tf } from "../ops/tensorflow.ts";
import { annForward } from "./ann.ts";
import { isClassifier } from "./classifier.ts";
import type { Model } from "./model.ts";
import type { Network } from "./parameters.ts";

/** The artificial life of any model: images [N, H, W, C] -> outputs [N, classes]; differentiable. */
export function artificialForward(model: Model, images: tf.Tensor4D, mode: NormMode): tf.Tensor2D {
  return isClassifier(model) ? model.forward(images, mode) : annForward(model as Network, images, mode);
}
