import { annForward } from "../../models/ann.ts";
import { crossEntropy } from "../losses.ts";
import { lossGradients } from "../loss_gradients.ts";
import type { LearningRule } from "../rule.ts";

/** The ANN alone: softmax cross-entropy and back-propagation, the usual way. */
export function annRule(): LearningRule {
  return {
    name: "ann",
    lives: ["ann"],
    loss: crossEntropy,
    step(network, { images, targets }, mode) {
      return lossGradients(network, () => {
        const output = annForward(network, images, mode);
        return { output, loss: crossEntropy(output, targets) };
      });
    },
    outputs: (network, images) => annForward(network, images, "frozen"),
  };
}
