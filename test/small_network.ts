import type { NetworkSpec } from "../lib/models/network.ts";
import { createNetwork, type Network } from "../lib/models/parameters.ts";
import { modelVariables } from "../lib/models/model.ts";
import { randomStream, randomUniform } from "../lib/ops/random.ts";
import { tf } from "../lib/ops/tensorflow.ts";

/** A network with every kind of layer, small enough for central differences. */
export const SMALL: NetworkSpec = {
  input: [6, 6, 2],
  layers: [
    { type: "conv", filters: 3, kernel: 3, norm: true },
    { type: "conv", filters: 4, kernel: 3, norm: true },
    { type: "maxpool", size: 2 },
    { type: "linear", units: 6 },
    { type: "linear", units: 4 },
  ],
};

/** SMALL with a norm in its hidden linear layer, too. */
export const NORMED: NetworkSpec = {
  ...SMALL,
  layers: SMALL.layers.map((layer, index) =>
    layer.type === "linear" && index < SMALL.layers.length - 1 ? { ...layer, norm: true } : layer
  ),
};

/** SMALL with random parameters of a size at which its neurons fire, and statistics away from 0 and 1. */
export function networkOf(seed: number, spec: NetworkSpec = SMALL): Network {
  const network = createNetwork(spec, seed);
  for (const [name, variable] of modelVariables(network)) {
    const [from, to] = name.endsWith("variance") || name.endsWith("gamma")
      ? [0.5, 1.5]
      : name.endsWith("kernel")
      ? [-0.4, 0.6]
      : [-0.2, 0.4];
    const values = randomUniform(randomStream(seed, "small network", name), variable.size, from, to);
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
  return network;
}

/** Random images in [0, 1] for SMALL. */
export function smallImages(count: number, seed: number): tf.Tensor4D {
  return tf.tensor4d(randomUniform(randomStream(seed, "small images"), count * 72, 0, 1), [count, 6, 6, 2]);
}

/** One-hot labels 0, 1, 2, ... for SMALL. */
export function smallLabels(count: number): tf.Tensor2D {
  const labels = Array.from({ length: count }, (_, index) => index % 4);
  return tf.cast(tf.oneHot(tf.tensor1d(labels, "int32"), 4), "float32") as tf.Tensor2D;
}
