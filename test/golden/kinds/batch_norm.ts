import { batchNormFrozen, batchNormTrain, type NormStatistics } from "../../../lib/ops/batch_norm.ts";
import { tf } from "../../../lib/ops/tensorflow.ts";
import type { Results } from "../compare.ts";
import { type Fixture, tensorOf } from "../fixture.ts";

export function batchNorm(fixture: Fixture): Results {
  const statistics: NormStatistics = {
    mean: tf.variable(tensorOf<tf.Tensor1D>(fixture, "statistics.mean"), false),
    variance: tf.variable(tensorOf<tf.Tensor1D>(fixture, "statistics.variance"), false),
  };
  const call = (name: string, mode: "train" | "frozen", batch: string, outputGradient: string): Results => {
    const forward = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) => {
      const norm = { gamma: gamma as tf.Tensor1D, beta: beta as tf.Tensor1D };
      return (mode === "train" ? batchNormTrain : batchNormFrozen)(x as tf.Tensor4D, norm, statistics);
    };
    const inputs = [tensorOf(fixture, batch), tensorOf(fixture, "gamma"), tensorOf(fixture, "beta")];
    const { value, grads } = tf.valueAndGrads((x, gamma, beta) =>
      tf.clone(forward(x as tf.Tensor, gamma as tf.Tensor, beta as tf.Tensor)) // a node lets its own value go
    )(
      inputs,
      tensorOf(fixture, outputGradient),
    );
    const [input, gamma, beta] = grads as [tf.Tensor, tf.Tensor, tf.Tensor];
    return {
      [`${name}.output`]: value.dataSync(),
      [`${name}.gradients.input`]: input.dataSync(),
      [`${name}.gradients.gamma`]: gamma.dataSync(),
      [`${name}.gradients.beta`]: beta.dataSync(),
      [`${name}.statisticsAfter.mean`]: statistics.mean.dataSync().slice(),
      [`${name}.statisticsAfter.variance`]: statistics.variance.dataSync().slice(),
    };
  };
  return {
    ...call("train1", "train", "batch1", "outputGradient1"),
    ...call("train2", "train", "batch2", "outputGradient2"),
    ...call("eval", "frozen", "batch1", "outputGradient1"),
  };
}
