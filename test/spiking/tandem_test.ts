import assert from "node:assert/strict";
import type { WeightedLayer } from "../../lib/models/network.ts";
import type { NormMode } from "../../lib/ops/batch_norm.ts";
import { tandemRule } from "../../lib/learning/rules/tandem.ts";
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
import { TANDEM_NORMS } from "../../lib/spiking/choices.ts";
import { countsOf, tandemCounts, tandemForward, type TandemOptions } from "../../lib/spiking/tandem.ts";
import { assertAllClose } from "../assert_all_close.ts";
import { networkOf, NORMED, SMALL, smallImages } from "../small_network.ts";

const NEURON: IfNeuron = { threshold: 1, reset: "subtract", initialMembrane: 0 };
const T = 7;
type Norms = TandemOptions["norms"];

/** A network with weights so small that some neurons fire at every step and others do not. */
function quietNetwork(seed: number, spec = SMALL): Network {
  const network = networkOf(seed, spec);
  for (const [name, { value }] of network.parameters) {
    if (name.endsWith("kernel")) tf.tidy(() => value.assign(tf.mul(value, 0.4)));
  }
  return network;
}

/** SMALL with biases. */
const BIASED = {
  ...SMALL,
  layers: SMALL.layers.map((layer) => layer.type === "maxpool" ? layer : { ...layer, bias: true }),
};

/** The tensor's value, cut from the graph. */
function detached(tensor: tf.Tensor): tf.Tensor {
  return tf.tensor(tensor.dataSync(), tensor.shape);
}

/** A constant made of the tensor's values. */
function mapped(tensor: tf.Tensor, change: (value: number) => number): tf.Tensor {
  return tf.tensor(Array.from(tensor.dataSync(), change), tensor.shape);
}

/**
 * The tandem written out in time: each layer gets spikes step by step, plus a term that is zero but carries the ANN's gradient;
 * z is the sum of the currents of all T steps, or with norms of counts the norm of the summed products; the SNN runs step by
 * step on its own currents.
 */
function written(
  network: Network,
  images: tf.Tensor,
  norms: Norms,
  mode: NormMode,
  stopAtSaturation: boolean,
): tf.Tensor {
  let inputs: tf.Tensor[] = Array.from({ length: T }, () => images);
  let activation: tf.Tensor | undefined;
  for (const [index, layer] of network.layers.entries()) {
    if (layer.type === "maxpool") continue;
    const products = productsOf(network, layer, inputs);
    const { z, currents } = norms === "of-counts"
      ? normOfCounts(network, layer, mode, products)
      : normOfSteps(network, layer, mode, products);
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

/** Products of a layer's weights with every step's input. */
function productsOf(network: Network, layer: WeightedLayer, inputs: tf.Tensor[]): tf.Tensor[] {
  const kernel = parameterValue(network, `${layer.name}.kernel`);
  return inputs.map((input) =>
    layer.type === "linear"
      ? tf.matMul(tf.reshape(input, [-1, layer.kernel[0]]), kernel as unknown as tf.Tensor2D)
      : tf.conv2d(input as tf.Tensor4D, kernel as unknown as tf.Tensor4D, 1, "same")
  );
}

interface Unfolded {
  z: tf.Tensor;
  currents: tf.Tensor[];
}

/** (x - mean) / sqrt(variance + epsilon) gamma + beta; the shift may be a share of itself. */
function normed(
  network: Network,
  layer: WeightedLayer,
  x: tf.Tensor,
  { mean, variance }: { mean: tf.Tensor; variance: tf.Tensor },
  share = 1,
): tf.Tensor {
  const { gamma, beta } = normParameters(network, `${layer.name}.norm`);
  const scale = tf.div(gamma, tf.sqrt(tf.add(variance, NORM_EPSILON)));
  return tf.add(tf.mul(x, scale), tf.mul(tf.sub(beta, tf.mul(mean, scale)), share));
}

function momentsOf(x: tf.Tensor): { mean: tf.Tensor; variance: tf.Tensor } {
  return tf.moments(x, x.shape.slice(0, -1).map((_, axis) => axis));
}

/** Batch statistics are those of the mean current, in both networks. */
function normOfSteps(
  network: Network,
  layer: WeightedLayer,
  mode: NormMode,
  products: tf.Tensor[],
): Unfolded {
  if (!layer.norm) return { z: tf.addN(products), currents: products };
  const statistics = mode === "train"
    ? momentsOf(tf.div(tf.addN(products), T))
    : normStatistics(network, "snn", `${layer.name}.norm`);
  const currents = products.map((value) => normed(network, layer, value, statistics));
  return { z: tf.addN(currents), currents };
}

/** Batch statistics are those of the summed products; the SNN has the running ones after the step. */
function normOfCounts(
  network: Network,
  layer: WeightedLayer,
  mode: NormMode,
  products: tf.Tensor[],
): Unfolded {
  const sum = tf.addN(products);
  if (!layer.norm) return { z: sum, currents: products };
  const running = normStatistics(network, "snn", `${layer.name}.norm`);
  const z = normed(network, layer, sum, mode === "train" ? momentsOf(sum) : running);
  return { z, currents: products.map((value) => normed(network, layer, value, running, 1 / T)) };
}

const CASES = TANDEM_NORMS.flatMap((norms) =>
  ([["frozen", SMALL], ["train", SMALL], ["train", NORMED]] as const).map(([mode, spec]) =>
    [norms, mode, spec] as const
  )
);

for (const [norms, mode, spec] of CASES) {
  for (const stopAtSaturation of [false, true]) {
    const where = spec === NORMED ? "in every hidden layer" : "behind convolutions";
    const what = `norms ${norms} ${mode} ${where}, gradients ${
      stopAtSaturation ? "stopping" : "passing"
    } at saturation`;
    Deno.test(`logits and gradients are those of the tandem written out in time, ${what}`, () => {
      tf.tidy(() => {
        const network = quietNetwork(71, spec);
        const images = smallImages(4, 72);
        const options = { T, neuron: NEURON, norms, mode, stopAtSaturation };
        // In mode "train" the statistics move here, and the tandem written out has the ones that are left.
        const counts = tandemCounts(network, images, options);
        const wanted = gradientsOf(network, () => written(network, images, norms, mode, stopAtSaturation));
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
}

for (const mode of ["frozen", "train"] as const) {
  Deno.test(`native kernels and TensorFlow.js count the same spikes, norms ${mode}`, () => {
    tf.tidy(() => {
      for (const norms of TANDEM_NORMS) {
        for (const reset of ["hard", "subtract"] as const) {
          const options = { T: 11, neuron: { threshold: 0.7, reset, initialMembrane: 0.35 }, norms, mode };
          const [floats, packed] = [FLOAT_LAYERS, PACKED_LAYERS].map((operations) =>
            countsOf(networkOf(73), smallImages(5, 74), options, operations as typeof FLOAT_LAYERS)
          );
          assert.deepEqual([...floats?.keys() ?? []], ["conv2", "linear1", "linear2"]);
          for (const [layer, counts] of floats ?? []) {
            assert.deepEqual(packed?.get(layer)?.dataSync(), counts.dataSync());
            assert.ok(tf.sum(counts).dataSync()[0] as number > 0);
          }
        }
      }
    });
  });
}

Deno.test("the trained SNN's logits are the tandem's, and pass through those of fewer steps", () => {
  tf.tidy(() => {
    for (const norms of TANDEM_NORMS) {
      const network = networkOf(75, BIASED);
      const images = smallImages(6, 76);
      const options = { T, neuron: NEURON, norms, stopAtSaturation: false };
      const frozen = { ...options, mode: "frozen" } as const;
      const logits = tandemForward(network, images, tandemCounts(network, images, frozen), frozen);
      const { spiking } = tandemRule(options);
      assert.ok(spiking !== undefined);
      const simulation = spiking.simulate(network, images);
      // W (n / T) T against W n: float32 rounding.
      assertAllClose(simulation.counts.dataSync(), logits.dataSync(), { rtol: 1e-5, atol: 1e-5 });
      assert.deepEqual([...simulation.totals.keys()], ["conv1", "conv2", "linear1"]);
      // Read out after other numbers of steps it is the same network: each step adds what it adds in training.
      const shorter = spiking.simulate(network, images, { T: 3 });
      const after3 = tf.sum(tf.slice(simulation.outputs, [0], [3]), 0);
      assertAllClose(shorter.counts.dataSync(), after3.dataSync(), { rtol: 1e-5, atol: 1e-6 });
    }
  });
});

Deno.test("stopping at saturation matters, and changes no logit", () => {
  tf.tidy(() => {
    const network = quietNetwork(71);
    const images = smallImages(4, 72);
    const [passing, stopping] = [false, true].map((stopAtSaturation) => {
      const options = { T, neuron: NEURON, norms: "per-step", mode: "frozen", stopAtSaturation } as const;
      const counts = tandemCounts(network, images, options);
      return gradientsOf(network, () => tandemForward(network, images, counts, options));
    });
    assert.deepEqual(passing?.value.dataSync(), stopping?.value.dataSync());
    const kernel = network.parameters.get("conv1.kernel")?.value.name as string;
    assert.notDeepEqual(passing?.grads[kernel]?.dataSync(), stopping?.grads[kernel]?.dataSync());
  });
});

Deno.test("batch statistics move once a batch, towards those of the counts or of the mean current", () => {
  tf.tidy(() => {
    for (const [norms, normMomentum, steps] of [["per-step", undefined, T], ["of-counts", 0.9, 1]] as const) {
      const network = networkOf(77);
      const images = smallImages(6, 78);
      const { mean, variance } = normStatistics(network, "snn", "conv2.norm");
      const [meanBefore, varianceBefore] = [detached(mean), detached(variance)];
      const options = {
        T,
        neuron: NEURON,
        norms,
        normMomentum,
        mode: "train",
        stopAtSaturation: true,
      } as const;
      const counts = tandemCounts(network, images, options);
      tandemForward(network, images, counts, options);
      const kernel = parameterValue<tf.Tensor4D>(network, "conv2.kernel");
      const input = tf.div<tf.Tensor4D>(counts.get("conv2") as tf.Tensor4D, steps);
      const batch = momentsOf(tf.conv2d(input, kernel, 1, "same"));
      const [share, rows] = [normMomentum ?? 0.1, 6 * 6 * 6];
      const moved = (before: tf.Tensor, to: tf.Tensor) =>
        tf.add(tf.mul(before, 1 - share), tf.mul(to, share));
      assertAllClose(mean.dataSync(), moved(meanBefore, batch.mean).dataSync(), { rtol: 1e-5 });
      const unbiased = tf.mul(batch.variance, rows / (rows - 1));
      assertAllClose(variance.dataSync(), moved(varianceBefore, unbiased).dataSync(), { rtol: 1e-5 });
    }
  });
});

Deno.test("a network without a layer of neurons before the last is refused", () => {
  tf.tidy(() => {
    const network = createNetwork({ input: [6, 6, 2], layers: [{ type: "linear", units: 4 }] }, 1);
    const options = { T, neuron: NEURON, mode: "frozen" } as const;
    assert.throws(() => simulateLinearReadout(network, smallImages(1, 1), options), /has a single layer/);
  });
});
