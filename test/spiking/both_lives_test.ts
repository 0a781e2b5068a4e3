import assert from "node:assert/strict";
import { assertAllClose } from "../assert_all_close.ts";
import { networkOf, NORMED, SMALL, smallImages } from "../small_network.ts";
import { UsageError } from "../../lib/errors.ts";
import { annForward } from "../../lib/models/ann.ts";
import { neuronLayers } from "../../lib/models/network.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { bothLives } from "../../lib/spiking/both_lives.ts";
import { simulate } from "../../lib/spiking/simulate.ts";

const T = 6;

Deno.test("both lives of a layer are the activations of the ANN and what its neurons did in the SNN", () => {
  for (const spec of [SMALL, NORMED]) {
    for (const reset of ["hard", "subtract"] as const) {
      tf.tidy(() => {
        const network = networkOf(41, spec);
        const images = smallImages(3, 42);
        const neuron = { threshold: 0.5, reset, initialMembrane: 0 };
        const lives = bothLives(network, images, { T, neuron });
        const alone = simulate(network, images, { T, neuron, mode: "frozen", membranes: true });
        assert.deepEqual(lives("linear2").spikes.dataSync(), alone.outputs.dataSync());
        assertAllClose(
          tf.div(lives("linear2").membranes, neuron.threshold).dataSync(),
          (alone.membranes as tf.Tensor).dataSync(),
          { rtol: 1e-5, atol: 1e-6 },
        );
        assert.deepEqual(
          lives("linear2").activations.dataSync(),
          annForward(network, images, "frozen", () => {}).dataSync(),
        );
        for (const { name, output } of neuronLayers(spec)) {
          const { activations, spikes, membranes } = lives(name);
          assert.deepEqual(activations.shape, [3, ...output]);
          assert.deepEqual(spikes.shape, [T, 3, ...output]);
          assert.deepEqual(membranes.shape, [T, 3, ...output]);
          // A neuron that has just fired holds nothing under a hard reset; one that has not is below its threshold.
          const [fired, held] = [spikes.dataSync(), membranes.dataSync()];
          assert.ok(fired.includes(1) && fired.includes(0), `${name} fires, and not always`);
          if (reset === "hard") {
            assert.ok(held.every((value, at) => fired[at] === 1 ? value === 0 : value < neuron.threshold));
          }
        }
      });
    }
  }
});

Deno.test("an unknown layer, images of another size and senseless neurons are refused in one sentence", () => {
  tf.tidy(() => {
    const network = networkOf(43);
    const neuron = { threshold: 0.5, reset: "hard", initialMembrane: 0 } as const;
    const lives = bothLives(network, smallImages(1, 44), { T, neuron });
    const wide = tf.zeros<tf.Rank.R4>([1, 28, 28, 1]);
    const size =
      /^Running the network: its images are \[N, 6, 6, 2\], but it gets \[1, 28, 28, 1\]; give images of that size, or make the network with input: \[28, 28, 1\]\.$/;
    const refused: [() => unknown, RegExp][] = [
      [
        () => lives("conv9"),
        /^Looking at layer "conv9": it is unknown; use one of conv1, conv2, linear1, linear2\.$/,
      ],
      [() => annForward(network, wide, "frozen"), size],
      [() => simulate(network, wide, { T, neuron, mode: "frozen" }), size],
      [
        () => simulate(network, smallImages(1, 1), { T: 0, neuron, mode: "frozen" }),
        /^Simulating: T is 0, but/,
      ],
      [
        () =>
          simulate(network, smallImages(1, 1), { T, neuron: { ...neuron, threshold: 0 }, mode: "frozen" }),
        /^Simulating: the threshold is 0, but must be a number above 0\.$/,
      ],
    ];
    for (const [call, message] of refused) {
      assert.throws(call, (error) => error instanceof UsageError && message.test(error.message));
    }
  });
});
