import type { Model } from "../models/model.ts";
import { tf } from "../ops/tensorflow.ts";
import type { StepResult } from "./rule.ts";

/** Runs `forward` on the tape and differentiates its loss with respect to every parameter of the model. */
export function lossGradients(
  { parameters }: Model,
  forward: () => { output: tf.Tensor2D; loss: tf.Scalar },
): StepResult {
  let kept: tf.Tensor2D | undefined;
  const variables = [...parameters.values()].map((parameter) => parameter.value);
  const { value, grads } = tf.variableGrads(() => {
    const { output, loss } = forward();
    kept = tf.keep(tf.clone(output));
    return loss;
  }, variables);
  const gradients = [...parameters].map(([name, parameter]) => [name, grads[parameter.value.name]] as const);
  return {
    loss: value,
    output: kept as tf.Tensor2D,
    gradients: new Map(gradients.map(([name, gradient]) => {
      if (gradient === undefined) throw new Error(`The loss does not depend on the parameter "${name}".`);
      return [name, gradient];
    })),
  };
}
