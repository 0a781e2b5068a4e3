import assert from "node:assert/strict";
import type { WeightedLayer } from "../../lib/models/weighted_input.ts";
import type { NormMode } from "../../lib/ops/batch_norm.ts";
import {
  createNetwork,
  type Network,
  normParameters,
  normStatistics,
  parameterValue,
} from "../../lib/models/parameters.ts";
import { NORM_EPSILON } from "../../lib/ops/batch_norm.ts";
import { type IfNeuron, stepIf } from "../../lib/ops/if_neuron.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { FLOAT_LAYERS, PACKED_LAYERS } from "../../lib/spiking/layer_operations.ts";
import { simulateLinearReadout } from "../../lib/spiking/linear_readout.ts";
import { countsOf, tandemCounts, tandemForward } from "../../lib/spiking/tandem.ts";
import { assertAllClose } from "../assert_all_close.ts";
import { networkOf, NORMED, SMALL, smallImages } from "../small_network.ts";

const NEURON: IfNeuron = { threshold: 1, reset: "subtract", initialMembrane: 0 };
const T = 7;

/** A network with weights so small that some neurons fire at every step and others do not. */
function quietNetwork(seed: number, spec = SMALL): Network {
  const network = networkOf(seed, spec);
  for (const [name, { value }] of network.parameters) {
    if (name.endsWith("kernel")) tf.tidy(() => value.assign(tf.mul(value, 0.4)));
  }
  return network;
}

/** The tensor's value, cut from the graph. */
function detached(tensor: tf.Tensor): tf.Tensor {
  return tf.tensor(tensor.dataSync(), tensor.shape);
}

/** A constant made of the tensor's values. */
function mapped(tensor: tf.Tensor, change: (value: number) => number): tf.Tensor {
  return tf.tensor(Array.from(tensor.dataSync(), change), tensor.shape);
}

/**
 * The tandem written out in time: z is the sum of the currents of all T steps, each from that step's spikes plus a term
 * that is zero but carries the ANN's gradient; the SNN runs step by step on the same currents.
 */
function written(
  network: Network,
  images: tf.Tensor4D,
  mode: NormMode,
  stopAtSaturation: boolean,
): tf.Tensor {
  let inputs: tf.Tensor[] = Array.from({ length: T }, () => images);
  let activation: tf.Tensor | undefined;
  for (const [index, layer] of network.layers.entries()) {
    if (layer.type === "maxpool") continue;
    const currents = currentsOf(network, layer, mode, inputs);
    const z = tf.addN(currents);
    if (index === network.layers.length - 1) return z;
    let spikes = singleSteps(currents.map(detached));
    const saturated = (value: number) => stopAtSaturation && value > T;
    const open = mapped(z, (value) => Number(value > 0 && !saturated(value)));
    activation = tf.add(tf.mul(z, open), mapped(z, (value) => saturated(value) ? T : 0));
    const next = network.layers[index + 1];
    if (next?.type === "maxpool") {
      const pool = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, next.size, next.size, "valid");
      [activation, spikes] = [pool(activation), spikes.map(pool)];
    }
    const carrier = tf.div(tf.sub(activation, detached(activation)), T);
    inputs = spikes.map((step) => tf.add(step, carrier));
  }
  throw new Error("unreachable");
}

function singleSteps(currents: tf.Tensor[]): tf.Tensor[] {
  let membrane: tf.Tensor = tf.zerosLike(currents[0] as tf.Tensor);
  return currents.map((current) => {
    const state = stepIf(current, membrane, NEURON);
    membrane = state.membrane;
    return state.spikes;
  });
}

/** The gradient of some function of the logits, of both signs and different for each class. */
function gradientsOf(network: Network, forward: () => tf.Tensor) {
  return tf.variableGrads(
    () => tf.sum(tf.mul(tf.square(forward()), tf.tensor1d([1, -2, 3, 0.5]))) as tf.Scalar,
    [...network.parameters.values()].map(({ value }) => value),
  );
}

/** Currents of every step, norm unfolded; batch statistics are those of the mean current. */
function currentsOf(
  network: Network,
  layer: WeightedLayer,
  mode: NormMode,
  inputs: tf.Tensor[],
): tf.Tensor[] {
  const kernel = parameterValue(network, `${layer.name}.kernel`);
  const products = inputs.map((input) =>
    layer.type === "linear"
      ? tf.matMul(tf.reshape(input, [-1, layer.kernel[0]]), kernel as unknown as tf.Tensor2D)
      : tf.conv2d(input as tf.Tensor4D, kernel as unknown as tf.Tensor4D, 1, "same")
  );
  if (!layer.norm) return products;
  const norm = `${layer.name}.norm`;
  const { mean, variance } = mode === "train"
    ? tf.moments(tf.div(tf.addN(products), T), layer.type === "linear" ? [0] : [0, 1, 2])
    : normStatistics(network, "snn", norm);
  const { gamma, beta } = normParameters(network, norm);
  return products.map((value) =>
    tf.add(tf.mul(tf.div(tf.sub(value, mean), tf.sqrt(tf.add(variance, NORM_EPSILON))), gamma), beta)
  );
}

for (const [mode, spec] of [["frozen", SMALL], ["train", SMALL], ["train", NORMED]] as const) {
  for (const stopAtSaturation of [false, true]) {
    const where = spec === NORMED ? "in every hidden layer" : "behind convolutions";
    const what = `norms ${mode} ${where}, gradients ${
      stopAtSaturation ? "stopping" : "passing"
    } at saturation`;
    Deno.test(`logits and gradients are those of the tandem written out in time, ${what}`, () => {
      tf.tidy(() => {
        const network = quietNetwork(71, spec);
        const images = smallImages(4, 72);
        const wanted = gradientsOf(network, () => written(network, images, mode, stopAtSaturation));
        const options = { T, neuron: NEURON, mode, stopAtSaturation };
        const counts = tandemCounts(network, images, options);
        const got = gradientsOf(network, () => tandemForward(network, images, counts, options));
        // z is W (n / T) T here and a sum of T currents there: float32 rounding.
        assertAllClose(got.value.dataSync(), wanted.value.dataSync(), { rtol: 1e-5 });
        for (const [name, gradient] of Object.entries(wanted.grads)) {
          const values = gradient.dataSync() as Float32Array;
          const largest = Math.max(...values.map(Math.abs));
          assert.ok(largest > 0);
          const tolerance = { rtol: 1e-4, atol: 1e-5 * largest };
          assertAllClose((got.grads[name] as tf.Tensor).dataSync(), values, tolerance);
        }
      });
    });
  }

  Deno.test(`native kernels and TensorFlow.js count the same spikes, norms ${mode}`, () => {
    tf.tidy(() => {
      const network = networkOf(73);
      const images = smallImages(5, 74);
      for (const reset of ["hard", "subtract"] as const) {
        const options = { T: 11, neuron: { threshold: 0.7, reset, initialMembrane: 0.35 }, mode };
        const [floats, packed] = [FLOAT_LAYERS, PACKED_LAYERS].map((operations) =>
          countsOf(network, images, options, operations as typeof FLOAT_LAYERS)
        );
        assert.deepEqual([...floats?.keys() ?? []], ["conv2", "linear1", "linear2"]);
        for (const [layer, counts] of floats ?? []) {
          assert.deepEqual(packed?.get(layer)?.dataSync(), counts.dataSync());
          assert.ok(tf.sum(counts).dataSync()[0] as number > 0);
        }
      }
    });
  });
}

Deno.test("the readout's logits are the tandem's, and pass through those of fewer steps", () => {
  tf.tidy(() => {
    const network = networkOf(75);
    const images = smallImages(6, 76);
    const options = { T, neuron: NEURON, mode: "frozen", stopAtSaturation: false } as const;
    const logits = tandemForward(network, images, tandemCounts(network, images, options), options);
    const simulation = simulateLinearReadout(network, images, options);
    // W (n / T) T against W n: float32 rounding.
    assertAllClose(simulation.counts.dataSync(), logits.dataSync(), { rtol: 1e-5, atol: 1e-5 });
    assert.deepEqual([...simulation.totals.keys()], ["conv1", "conv2", "linear1"]);
    const shorter = simulateLinearReadout(network, images, { ...options, T: 3 });
    const after3 = tf.sum(tf.slice(simulation.outputs, [0], [3]), 0);
    assertAllClose(shorter.counts.dataSync(), after3.dataSync(), { rtol: 1e-5, atol: 1e-6 });
  });
});

Deno.test("stopping at saturation matters, and changes no logit", () => {
  tf.tidy(() => {
    const network = quietNetwork(71);
    const images = smallImages(4, 72);
    const [passing, stopping] = [false, true].map((stopAtSaturation) => {
      const options = { T, neuron: NEURON, mode: "frozen", stopAtSaturation } as const;
      const counts = tandemCounts(network, images, options);
      return gradientsOf(network, () => tandemForward(network, images, counts, options));
    });
    assert.deepEqual(passing?.value.dataSync(), stopping?.value.dataSync());
    const kernel = network.parameters.get("conv1.kernel")?.value.name as string;
    assert.notDeepEqual(passing?.grads[kernel]?.dataSync(), stopping?.grads[kernel]?.dataSync());
  });
});

Deno.test("batch statistics move once a batch, towards those of the mean current", () => {
  tf.tidy(() => {
    const network = networkOf(77);
    const images = smallImages(6, 78);
    const { mean } = normStatistics(network, "snn", "conv2.norm");
    const before = detached(mean);
    const options = { T, neuron: NEURON, mode: "train", stopAtSaturation: true } as const;
    const counts = tandemCounts(network, images, options);
    assertAllClose(mean.dataSync(), before.dataSync());
    tandemForward(network, images, counts, options);
    const kernel = parameterValue<tf.Tensor4D>(network, "conv2.kernel");
    const current = tf.conv2d(tf.div<tf.Tensor4D>(counts.get("conv2") as tf.Tensor4D, T), kernel, 1, "same");
    const wanted = tf.add(tf.mul(before, 0.9), tf.mul(tf.mean(current, [0, 1, 2]), 0.1));
    assertAllClose(mean.dataSync(), wanted.dataSync(), { rtol: 1e-5 });
  });
});

Deno.test("a network without a layer of neurons before the last is refused", () => {
  tf.tidy(() => {
    const network = createNetwork({ input: [6, 6, 2], layers: [{ type: "linear", units: 4 }] }, 1);
    const options = { T, neuron: NEURON, mode: "frozen" } as const;
    assert.throws(() => simulateLinearReadout(network, smallImages(1, 1), options), /has a single layer/);
  });
});
