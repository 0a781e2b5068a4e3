import assert from "node:assert/strict";
import { networkOf, NORMED, SMALL, smallImages } from "../small_network.ts";
import { assertAllClose } from "../assert_all_close.ts";
import { type Network, normParameters, normStatistics, parameterValue } from "../../lib/models/parameters.ts";
import { batchNormFrozen } from "../../lib/ops/batch_norm.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { type IfNeuron, stepIf } from "../../lib/ops/if_neuron.ts";
import { RateCounter } from "../../lib/spiking/rates.ts";
import { simulateByLayer } from "../../lib/spiking/by_layer.ts";
import { simulateByStep } from "../../lib/spiking/by_step.ts";
import { FLOAT_SPIKES, PACKED_SPIKES } from "../../lib/spiking/spike_operations.ts";
import { type SimulationOptions, SPIKE_POOLING } from "../../lib/spiking/simulation.ts";
import { DENSE, type Products } from "../../lib/models/weighted_input.ts";
import { simulate } from "../../lib/spiking/simulate.ts";

const NEURON: IfNeuron = { threshold: 0.5, reset: "hard", initialMembrane: 0 };

/** The network written out step by step, norm unfolded, every current computed anew. */
function singleSteps(network: Network, images: tf.Tensor4D, T: number): number[] {
  const membranes = new Map<string, tf.Tensor>();
  let counts: tf.Tensor = tf.zeros([images.shape[0], 4]);
  for (let t = 0; t < T; t++) {
    let x: tf.Tensor = images;
    for (const layer of network.layers) {
      if (layer.type === "maxpool") {
        x = tf.maxPool(x as tf.Tensor4D, layer.size, layer.size, "valid");
        continue;
      }
      const kernel = parameterValue(network, `${layer.name}.kernel`);
      const product = layer.type === "linear"
        ? tf.matMul(tf.reshape(x, [images.shape[0], -1]), kernel as tf.Tensor2D)
        : tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, "same");
      const norm = `${layer.name}.norm`;
      const current = layer.norm
        ? batchNormFrozen(product, normParameters(network, norm), normStatistics(network, "snn", norm))
        : product;
      const state = stepIf(current, membranes.get(layer.name) ?? tf.zerosLike(current), NEURON);
      membranes.set(layer.name, state.membrane);
      x = state.spikes;
    }
    counts = tf.add(counts, x);
  }
  return Array.from(counts.dataSync());
}

Deno.test("T steps at once equal T single steps with unfolded norms", () => {
  for (const spec of [SMALL, NORMED]) {
    tf.tidy(() => {
      const network = networkOf(3, spec);
      const images = smallImages(5, 4);
      const { counts } = simulate(network, images, { T: 9, neuron: NEURON, mode: "frozen" });
      assert.deepEqual(Array.from(counts.dataSync()), singleSteps(network, images, 9));
      assert.ok(counts.sum().dataSync()[0] as number > 0, "a silent network would prove nothing");
    });
  }
});

/** Multiples of 1 / 16: their products' sums are exact in float32 whatever the order, so no spike may differ. */
function inSixteenths(values: tf.Tensor): tf.Tensor {
  return tf.div(tf.round(tf.mul(values, 16)), 16);
}

function exactNetwork(seed: number): Network {
  const layers = SMALL.layers.map((layer) => layer.type === "conv" ? { ...layer, norm: false } : layer);
  const network = networkOf(seed, { ...SMALL, layers });
  for (const { value } of network.parameters.values()) value.assign(inSixteenths(value));
  return network;
}

Deno.test("layer by layer, step by step on bits and step by step on floats give the same spikes", () => {
  const neurons: IfNeuron[] = [
    NEURON,
    { threshold: 0.625, reset: "subtract", initialMembrane: 0.25 },
    { threshold: 0.375, reset: "hard", initialMembrane: 0.125 },
  ];
  for (const [index, neuron] of neurons.entries()) {
    tf.tidy(() => {
      const network = exactNetwork(10 + index);
      const images = inSixteenths(smallImages(4, 11)) as tf.Tensor4D;
      const pooling = SPIKE_POOLING[index % 2];
      const options = { T: 700, neuron, mode: "frozen", pooling, membranes: true } as const; // two images at a time
      const ways = [
        simulateByLayer(network, images, options),
        simulateByStep(network, images, options, PACKED_SPIKES),
        simulateByStep(network, images, options, FLOAT_SPIKES),
      ];
      const [first, ...others] = ways.map(({ outputs, membranes, totals }) => ({
        outputs: outputs.dataSync(),
        membranes: membranes?.dataSync(),
        totals: Object.fromEntries(totals),
      }));
      for (const other of others) assert.deepEqual(other, first);
      assert.equal(first?.membranes?.length, first?.outputs.length);
      const left = first?.membranes ?? []; // hard resets leave nothing at or above the threshold
      assert.ok(neuron.reset === "subtract" || left.every((membrane) => membrane < 1));
    });
  }
});

Deno.test("batch statistics move alike layer by layer, and step by step on bits and on floats", () => {
  const spec = {
    ...SMALL,
    layers: SMALL.layers.map((layer) => ({ ...layer, norm: layer.type !== "maxpool" })),
  };
  tf.tidy(() => {
    const run = (
      simulate: (network: Network, images: tf.Tensor4D, options: SimulationOptions) => unknown,
    ) => {
      const network = networkOf(21, spec);
      simulate(network, smallImages(4, 22), { T: 5, neuron: NEURON, mode: "train" });
      return [...network.norms.snn.values()].flatMap((
        { mean, variance },
      ) => [...mean.dataSync(), ...variance.dataSync()]);
    };
    const floats = run((...simulated) => simulateByStep(...simulated, FLOAT_SPIKES));
    const close = { rtol: 1e-5, atol: 1e-6 }; // sums and moments in another order, or in double precision
    assertAllClose(run((...simulated) => simulateByStep(...simulated, PACKED_SPIKES)), floats, close);
    assertAllClose(run(simulateByLayer), floats, close);
  });
});

Deno.test("a simulation over 2T passes through the counts of one over T", () => {
  tf.tidy(() => {
    const network = networkOf(4);
    const images = smallImages(3, 5);
    const { outputs } = simulate(network, images, { T: 10, neuron: NEURON, mode: "frozen" });
    const after = tf.unstack(tf.cumsum(outputs, 0)).map((counts) => Array.from(counts.dataSync()));
    for (const T of [1, 5, 10]) {
      const { counts } = simulate(network, images, { T, neuron: NEURON, mode: "frozen" });
      assert.deepEqual(Array.from(counts.dataSync()), after[T - 1]);
      assert.ok(counts.dataSync().every((count) => Number.isInteger(count) && count >= 0 && count <= T));
    }
  });
});

Deno.test("firing rates are spikes per neuron and step, before pooling", () => {
  tf.tidy(() => {
    const network = networkOf(6);
    const rates = new RateCounter();
    const expected = new Map<string, number>();
    const simulation = simulate(network, smallImages(2, 7), {
      ...{ T: 6, neuron: NEURON, mode: "frozen" },
      onSpikes(layer, spikes) {
        assert.equal(spikes.shape[0], 6);
        expected.set(layer, spikes.mean().dataSync()[0] as number);
      },
    });
    rates.add(simulation);
    for (const [name, rate] of Object.entries(rates.rates())) {
      assertAllClose([rate], [expected.get(name) as number]);
    }
    assert.deepEqual(Object.keys(rates.rates()), ["conv1", "conv2", "linear1", "linear2"]);
  });
});

Deno.test("memory does not depend on T, but for the outputs", () => {
  tf.tidy(() => {
    const network = networkOf(8);
    const images = smallImages(4, 9);
    const most = (T: number) => {
      let bytes = 0;
      const watching: Products<tf.Tensor> = {
        conv: (...inputs) => (bytes = Math.max(bytes, tf.memory().numBytes), DENSE.conv(...inputs)),
        depthwise: DENSE.depthwise,
        linear: DENSE.linear,
      };
      const options = { T, neuron: NEURON, mode: "frozen" } as const;
      tf.tidy(() =>
        simulateByStep(network, images, options, { ...FLOAT_SPIKES, products: watching }).outputs
      );
      return bytes - T * 4 * 4 * 4; // outputs [T, 4, 4]
    };
    assert.equal(tf.tidy(() => most(40)), tf.tidy(() => most(4)));
  });
});
