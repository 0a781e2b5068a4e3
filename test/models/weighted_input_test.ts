import assert from "node:assert/strict";
import { annForward } from "../../lib/models/ann.ts";
import { foldNorms } from "../../lib/models/weighted_input.ts";
import type { Network } from "../../lib/models/parameters.ts";
import { normParameters, normStatistics, parameterValue } from "../../lib/models/parameters.ts";
import { batchNormFrozen } from "../../lib/ops/batch_norm.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { simulateByLayer } from "../../lib/spiking/by_layer.ts";
import { simulateByStep } from "../../lib/spiking/by_step.ts";
import { FLOAT_SPIKES, PACKED_SPIKES } from "../../lib/spiking/spike_operations.ts";
import { assertAllClose } from "../assert_all_close.ts";
import { networkOf, SMALL, smallImages } from "../small_network.ts";

/** SMALL with a bias in every layer that has weights. */
const BIASED = {
  ...SMALL,
  layers: SMALL.layers.map((layer) => layer.type === "maxpool" ? layer : { ...layer, bias: true }),
};

/** The artificial life with biases, norm unfolded, written out. */
function written(network: Network, images: tf.Tensor4D): tf.Tensor {
  const value = (name: string) => parameterValue(network, name);
  const conv = (x: tf.Tensor4D, name: string) => {
    const sum = tf.add(
      tf.conv2d(x, value(`${name}.kernel`) as tf.Tensor4D, 1, "same"),
      value(`${name}.bias`),
    );
    const norm = `${name}.norm`;
    return batchNormFrozen(sum, normParameters(network, norm), normStatistics(network, "ann", norm));
  };
  const linear = (x: tf.Tensor, name: string) =>
    tf.add(tf.matMul(x as tf.Tensor2D, value(`${name}.kernel`) as tf.Tensor2D), value(`${name}.bias`));
  const conv2 = tf.relu(conv(tf.relu(conv(images, "conv1")) as tf.Tensor4D, "conv2")) as tf.Tensor4D;
  const flat = tf.reshape(tf.maxPool(conv2, 2, 2, "valid"), [images.shape[0], -1]);
  return linear(tf.relu(linear(flat, "linear1")), "linear2");
}

Deno.test("biases are added before the norm, and folding keeps the ANN's outputs", () => {
  tf.tidy(() => {
    const network = networkOf(41, BIASED);
    const images = smallImages(4, 42);
    // Folding multiplies before it adds: float32 rounding of sums of about 40 products.
    assertAllClose(annForward(network, images, "frozen").dataSync(), written(network, images).dataSync(), {
      rtol: 1e-5,
      atol: 1e-5,
    });
    assert.deepEqual([...foldNorms(network, "snn").keys()], ["conv1", "conv2", "linear1", "linear2"]);
  });
});

Deno.test("a bias acts at every step, whatever simulates", () => {
  tf.tidy(() => {
    const network = networkOf(43, BIASED);
    const images = smallImages(3, 44);
    const neuron = { threshold: 0.7, reset: "subtract", initialMembrane: 0.35 } as const;
    const options = { T: 9, neuron, mode: "frozen" } as const;
    const byLayer = simulateByLayer(network, images, options).outputs;
    for (const operations of [PACKED_SPIKES, FLOAT_SPIKES] as (typeof PACKED_SPIKES)[]) {
      assert.deepEqual(
        simulateByStep(network, images, options, operations).outputs.dataSync(),
        byLayer.dataSync(),
      );
    }
    const bias = parameterValue(network, "linear2.bias") as unknown as tf.Variable;
    bias.assign(tf.fill([4], 1000));
    const { outputs } = simulateByLayer(network, images, options);
    assert.ok(
      outputs.dataSync().every((spike) => spike === 1),
      "a large bias makes every output fire always",
    );
  });
});
