import assert from "node:assert/strict";
import { DENSE, weightedInput } from "../../lib/models/weighted_input.ts";
import type { NormMode } from "../../lib/ops/batch_norm.ts";
import type { Network } from "../../lib/models/parameters.ts";
import type { SurrogateNeuron } from "../../lib/ops/surrogate_if.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { simulate } from "../../lib/spiking/simulate.ts";
import { surrogateForward } from "../../lib/spiking/surrogate.ts";
import { assertAllClose } from "../assert_all_close.ts";
import { networkOf, NORMED, SMALL, smallImages } from "../small_network.ts";
import { unrolledStep } from "../unrolled_if.ts";

const SURROGATE: SurrogateNeuron = {
  neuron: { threshold: 0.5, reset: "hard", initialMembrane: 0 },
  alpha: 2,
  detachReset: false,
};
const T = 6;

/** Step after step, every layer within a step, each step's neurons differentiated by TensorFlow.js itself. */
function timeMajor(network: Network, images: tf.Tensor4D, mode: NormMode): tf.Tensor {
  const weighted = weightedInput(network, "snn", mode, DENSE);
  const [first] = network.layers;
  const membranes = new Map<string, tf.Tensor>();
  let constant: tf.Tensor | undefined;
  const outputs = Array.from({ length: T }, () => {
    let x: tf.Tensor = images;
    for (const layer of network.layers) {
      if (layer.type === "maxpool") {
        x = tf.maxPool(x as tf.Tensor4D, layer.size, layer.size, "valid");
        continue;
      }
      const current = layer === first ? constant ??= weighted(layer, x) : weighted(layer, x);
      const membrane = membranes.get(layer.name) ?? tf.zerosLike(current);
      const { spikes, membrane: after } = unrolledStep(current, membrane, SURROGATE);
      membranes.set(layer.name, after);
      x = spikes;
    }
    return x;
  });
  return tf.stack(outputs);
}

function gradients(network: Network, forward: () => tf.Tensor): { loss: number; values: Float32Array[] } {
  const variables = [...network.parameters.values()].map(({ value }) => value);
  const weights = tf.tensor1d([1, -2, 3, 0.5]); // something of both signs that no class shares
  const { value, grads } = tf.variableGrads(
    () => tf.sum(tf.square(tf.sub(tf.mean(forward(), 0), weights))) as tf.Scalar,
    variables,
  );
  const values = variables.map(({ name }) => (grads[name] as tf.Tensor).dataSync() as Float32Array);
  return { loss: value.dataSync()[0] as number, values };
}

for (const [mode, spec] of [["frozen", SMALL], ["train", SMALL], ["train", NORMED]] as const) {
  const where = spec === NORMED ? "in every hidden layer" : "behind convolutions";
  Deno.test(`layer-major equals time-major unrolled by automatic differentiation, norms ${mode} ${where}`, () => {
    tf.tidy(() => {
      const images = smallImages(3, 52);
      const [one, other] = [networkOf(51, spec), networkOf(51, spec)];
      const options = { T, surrogate: SURROGATE, mode };
      const got = gradients(one, () => surrogateForward(one, images, options));
      const wanted = gradients(other, () => timeMajor(other, images, mode));
      assertAllClose([got.loss], [wanted.loss]);
      got.values.forEach((values, index) => {
        const largest = Math.max(...(wanted.values[index] as Float32Array).map(Math.abs));
        assert.ok(largest > 0);
        // Both add the same terms, in another order: float32 rounding of sums over steps, images and positions.
        assertAllClose(values, wanted.values[index] as Float32Array, { rtol: 1e-4, atol: 1e-5 * largest });
      });
      for (const [norm, { mean, variance }] of one.norms.snn) {
        const wantedStatistics = other.norms.snn.get(norm);
        assertAllClose(mean.dataSync(), wantedStatistics?.mean.dataSync() ?? [], { rtol: 1e-5 });
        assertAllClose(variance.dataSync(), wantedStatistics?.variance.dataSync() ?? [], { rtol: 1e-5 });
      }
    });
  });
}

Deno.test("the differentiable life spikes as the simulated one", () => {
  for (const reset of ["hard", "subtract"] as const) {
    tf.tidy(() => {
      const network = networkOf(53);
      const images = smallImages(5, 54);
      const neuron = { threshold: 0.5, reset, initialMembrane: 0.25 };
      const surrogate = { ...SURROGATE, neuron };
      const spikes = surrogateForward(network, images, { T, surrogate, mode: "frozen" });
      const { outputs } = simulate(network, images, { T, neuron, mode: "frozen" });
      assert.deepEqual(spikes.dataSync(), outputs.dataSync());
      assert.ok(tf.sum(spikes).dataSync()[0] as number > 0);
    });
  }
});
