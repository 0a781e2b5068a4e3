import assert from "node:assert/strict";
import type { IfNeuron } from "../../lib/ops/if_neuron.ts";
import { stepIf } from "../../lib/ops/if_neuron.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { CorrectImages, correctImages } from "../../lib/spiking/correct_images.ts";
import { countsWithMembranes, membranesOverTime } from "../../lib/spiking/output_membranes.ts";
import { simulate } from "../../lib/spiking/simulate.ts";
import { assertAllClose } from "../assert_all_close.ts";
import { networkOf, smallImages } from "../small_network.ts";

const NEURONS: IfNeuron[] = [
  { threshold: 0.7, reset: "hard", initialMembrane: 0.1 },
  { threshold: 1.3, reset: "subtract", initialMembrane: 0 },
];

Deno.test("membranes over time are those of single steps, in thresholds; constant currents alike", () => {
  tf.tidy(() => {
    for (const neuron of NEURONS) {
      for (const steps of [6, 1]) {
        const currents = tf.randomUniform([steps, 3, 4], -0.5, 1, "float32", 5);
        let membrane: tf.Tensor = tf.fill([3, 4], neuron.initialMembrane);
        const wanted = Array.from({ length: 6 }, (_, t) => {
          membrane = stepIf(tf.gather(currents, steps === 1 ? 0 : t), membrane, neuron).membrane;
          return tf.div(membrane, neuron.threshold);
        });
        assert.deepEqual(membranesOverTime(currents, 6, neuron).dataSync(), tf.stack(wanted).dataSync());
      }
    }
  });
});

Deno.test("with soft reset, counts plus membranes are the summed currents in thresholds", () => {
  tf.tidy(() => {
    const neuron = NEURONS[1] as IfNeuron;
    const [network, images] = [networkOf(51), smallImages(4, 52)];
    const simulation = simulate(network, images, { T: 9, neuron, mode: "frozen", membranes: true });
    const inputs: tf.Tensor[] = [];
    simulate(network, images, {
      ...{ T: 9, neuron, mode: "frozen" },
      onSpikes: (layer, spikes) => layer === "linear1" && inputs.push(tf.keep(tf.sum(spikes, 0))),
    });
    const kernel = network.parameters.get("linear2.kernel")?.value as unknown as tf.Tensor2D;
    const wanted = tf.div(tf.matMul(inputs[0] as tf.Tensor2D, kernel), neuron.threshold);
    const held = countsWithMembranes(simulation) as tf.Tensor;
    assertAllClose(held.dataSync(), wanted.dataSync(), { rtol: 1e-5, atol: 1e-5 });
    assert.equal(countsWithMembranes(simulate(network, images, { T: 2, neuron, mode: "frozen" })), undefined);
  });
});

Deno.test("which images were right comes back bit by bit", () => {
  const right = Array.from({ length: 19 }, (_, image) => image % 3 === 0 || image === 7);
  const correct = new CorrectImages();
  correct.add(right.slice(0, 11).map(Number), new Array(11).fill(1));
  correct.add(right.slice(11).map(Number), new Array(8).fill(1));
  assert.deepEqual(correctImages(correct.text(), 19), right);
  assert.equal(correct.text(), "yZIE");
});
