import type { Norm, NormMode } from "../../../lib/ops/batch_norm.ts";
import { biasGeluNorm } from "../../../lib/ops/bias_gelu_norm.ts";
import { depthwiseConv } from "../../../lib/ops/depthwise_conv.ts";
import { gelu } from "../../../lib/ops/gelu.ts";
import { pointwiseConv } from "../../../lib/ops/pointwise_conv.ts";
import { tf } from "../../../lib/ops/tensorflow.ts";
import type { Results } from "../compare.ts";
import { type Fixture, tensorOf } from "../fixture.ts";

/** Output, and gradients of sum(output * outputGradient) with respect to the named tensors. */
function differentiate(
  fixture: Fixture,
  names: string[],
  forward: (...tensors: tf.Tensor[]) => tf.Tensor,
  prefix = "",
): Results {
  const inputs = names.map((name) => tensorOf(fixture, name));
  const { value, grads } = tf.valueAndGrads((...tensors) => tf.clone(forward(...tensors as tf.Tensor[])))( // a node lets its own value go
    inputs,
    tensorOf(fixture, "outputGradient"),
  );
  const gradients = names.map((name, index) =>
    [`${prefix}gradients.${name}`, (grads[index] as tf.Tensor).dataSync()] as const
  );
  return { [`${prefix}output`]: value.dataSync(), ...Object.fromEntries(gradients) };
}

export function depthwise(fixture: Fixture): Results {
  return differentiate(
    fixture,
    ["input", "kernel", "bias"],
    (x, kernel, bias) => tf.add(depthwiseConv(x as tf.Tensor4D, kernel as tf.Tensor4D), bias as tf.Tensor),
  );
}

export function pointwise(fixture: Fixture): Results {
  return differentiate(
    fixture,
    ["input", "kernel", "bias"],
    (x, kernel, bias) => tf.add(pointwiseConv(x as tf.Tensor4D, kernel as tf.Tensor4D), bias as tf.Tensor),
  );
}

export function geluBatchNorm(fixture: Fixture): Results {
  const mean = tf.variable(tensorOf<tf.Tensor1D>(fixture, "statistics.mean"), false);
  const variance = tf.variable(tensorOf<tf.Tensor1D>(fixture, "statistics.variance"), false);
  const noBias = tf.zeros([fixture.config["channels"] as number]) as tf.Tensor1D;
  const call = (prefix: string, mode: NormMode) =>
    differentiate(fixture, ["input", "gamma", "beta"], (x, gamma, beta) => {
      const norm = { gamma, beta, mean, variance } as Norm;
      return biasGeluNorm(x as tf.Tensor4D, noBias, norm, mode);
    }, prefix);
  const inputs = tensorOf(fixture, "geluInputs");
  return {
    gelu: gelu(inputs).dataSync(),
    geluDerivative: tf.grad((x) => gelu(x))(inputs).dataSync(),
    ...call("eval.", "frozen"),
    ...call("train.", "train"),
    "train.statisticsAfter.mean": mean.dataSync(),
    "train.statisticsAfter.variance": variance.dataSync(),
  };
}
