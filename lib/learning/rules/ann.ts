import type { Model } from "../../models/model.ts";
import type { NormMode } from "../../ops/batch_norm.ts";
import type { tf } from "../../ops/tensorflow.ts";
import { crossEntropy } from "../losses.ts";
import { lossGradients } from "../loss_gradients.ts";
import type { LearningRule } from "../rule.ts";

/** The ANN alone: softmax cross-entropy and back-propagation, the usual way. `forward` gives a model's logits. */
export function annRule<ModelType extends Model>(
  forward: (model: ModelType, images: tf.Tensor4D, mode: NormMode) => tf.Tensor2D,
): LearningRule<ModelType> {
  return {
    name: "ann",
    lives: ["ann"],
    loss: crossEntropy,
    step(model, { images, targets }, mode) {
      return lossGradients(model, () => {
        const output = forward(model, images, mode);
        return { output, loss: crossEntropy(output, targets) };
      });
    },
    outputs: (model, images) => forward(model, images, "frozen"),
  };
}
