import assert from "node:assert/strict";
import { networkOf, smallImages } from "../small_network.ts";
import { assertAllClose } from "../assert_all_close.ts";
import { type Network, normParameters, normStatistics, parameterValue } from "../../lib/models/parameters.ts";
import { batchNormFrozen } from "../../lib/ops/batch_norm.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { type IfNeuron, stepIf } from "../../lib/spiking/neuron.ts";
import { RateCounter } from "../../lib/spiking/rates.ts";
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
      let current: tf.Tensor;
      if (layer.type === "linear") {
        current = tf.matMul(tf.reshape(x, [images.shape[0], -1]), kernel as tf.Tensor2D);
      } else {
        const norm = `${layer.name}.norm`;
        const conv = tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, "same");
        current = batchNormFrozen(conv, normParameters(network, norm), normStatistics(network, "snn", norm));
      }
      const state = stepIf(current, membranes.get(layer.name) ?? tf.zerosLike(current), NEURON);
      membranes.set(layer.name, state.membrane);
      x = state.spikes;
    }
    counts = tf.add(counts, x);
  }
  return Array.from(counts.dataSync());
}

Deno.test("T steps at once equal T single steps with unfolded norms", () => {
  tf.tidy(() => {
    const network = networkOf(3);
    const images = smallImages(5, 4);
    const counts = simulate(network, images, { T: 9, neuron: NEURON, mode: "frozen" });
    assert.deepEqual(Array.from(counts.dataSync()), singleSteps(network, images, 9));
    assert.ok(counts.sum().dataSync()[0] as number > 0, "a silent network would prove nothing");
  });
});

Deno.test("a simulation over 2T passes through the counts of one over T", () => {
  tf.tidy(() => {
    const network = networkOf(4);
    const images = smallImages(3, 5);
    const after: number[][] = [];
    const onStep = ({ counts }: { counts: tf.Tensor }) => after.push(Array.from(counts.dataSync()));
    simulate(network, images, { T: 10, neuron: NEURON, mode: "frozen", onStep });
    for (const T of [1, 5, 10]) {
      const counts = Array.from(simulate(network, images, { T, neuron: NEURON, mode: "frozen" }).dataSync());
      assert.deepEqual(counts, after[T - 1]);
      assert.ok(counts.every((count) => Number.isInteger(count) && count >= 0 && count <= T));
    }
  });
});

Deno.test("firing rates are spikes per neuron and step, before pooling", () => {
  tf.tidy(() => {
    const network = networkOf(6);
    const rates = new RateCounter();
    const totals = new Map<string, number>();
    const sizes = new Map<string, number>();
    const observe = rates.observer();
    simulate(network, smallImages(2, 7), {
      ...{ T: 6, neuron: NEURON, mode: "frozen" },
      onStep(step) {
        observe(step);
        for (const [name, spikes] of step.spikes) {
          totals.set(name, (totals.get(name) ?? 0) + (spikes.sum().dataSync()[0] as number));
          sizes.set(name, spikes.size);
        }
      },
    });
    for (const [name, rate] of Object.entries(rates.rates())) {
      assertAllClose([rate], [(totals.get(name) as number) / ((sizes.get(name) as number) * 6)]);
    }
    assert.deepEqual(Object.keys(rates.rates()), ["conv1", "conv2", "linear1", "linear2"]);
  });
});

Deno.test("memory does not depend on T", () => {
  tf.tidy(() => {
    const network = networkOf(8);
    const images = smallImages(4, 9);
    const live = (T: number) => {
      const tensors: number[] = [];
      const onStep = () => tensors.push(tf.memory().numTensors);
      simulate(network, images, { T, neuron: NEURON, mode: "frozen", onStep }).dispose();
      return Math.max(...tensors.slice(1));
    };
    assert.equal(live(40), live(4));
  });
});
