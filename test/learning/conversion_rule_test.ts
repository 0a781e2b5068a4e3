import assert from "node:assert/strict";
import { type BatchSource, orderedBatches } from "../../lib/data/batches.ts";
import type { Split } from "../../lib/data/dataset.ts";
import { evaluate } from "../../lib/learning/evaluate.ts";
import { crossEntropy } from "../../lib/learning/losses.ts";
import { annRule } from "../../lib/learning/rules/ann.ts";
import { type ConversionOptions, conversionRule } from "../../lib/learning/rules/conversion.ts";
import { toTensors } from "../../lib/learning/tensors.ts";
import { annForward } from "../../lib/models/ann.ts";
import { type Network } from "../../lib/models/parameters.ts";
import { disposeModel } from "../../lib/models/model.ts";
import { randomInt, randomStream } from "../../lib/ops/random.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { assertAllClose } from "../assert_all_close.ts";
import { networkOf, SMALL, smallImages, smallLabels } from "../small_network.ts";

const SPIKES = {
  reset: "subtract",
  initialMembrane: 0.5,
  percentile: 100,
  pooling: "or",
  readout: "spikes",
} as const;

/** SMALL without pooling: a maximum of spikes is taken at every step and exceeds the maximum of rates. */
const FLAT = { ...SMALL, layers: SMALL.layers.filter(({ type }) => type !== "maxpool") };

/** 25 random images for SMALL. */
function split(seed: number): Split {
  const random = randomStream(seed, "conversion");
  const draw = (count: number, to: number) =>
    Uint8Array.from({ length: count }, () => randomInt(random, 0, to));
  return { count: 25, images: draw(25 * 72, 255), labels: draw(25, 3) };
}

/** Mean cross-entropy of ReLU(logits). */
function rectifiedLoss(network: Network, batches: BatchSource): number {
  let sum = 0;
  for (let step = 0; step < batches.steps; step++) {
    const host = batches.batch(1, step);
    tf.tidy(() => {
      const { images, targets } = toTensors(host, batches.shape, 4);
      const logits = tf.relu(annForward(network, images, "frozen"));
      sum += (crossEntropy(logits, targets).dataSync()[0] as number) * host.size;
    });
  }
  return sum / 25;
}

Deno.test("the rule trains as the ANN alone does", () => {
  tf.tidy(() => {
    const options = { ...SPIKES, T: 8 };
    const batch = { images: smallImages(4, 94), targets: smallLabels(4) };
    const [got, wanted] = [conversionRule(options), annRule(annForward)].map((rule) =>
      rule.step(networkOf(95), batch, "frozen")
    );
    assert.deepEqual(got?.loss.dataSync(), wanted?.loss.dataSync());
    for (const [name, gradient] of wanted?.gradients ?? []) {
      assert.deepEqual(got?.gradients.get(name)?.dataSync(), gradient.dataSync());
    }
  });
});

Deno.test("converted, both lives are scored in units of the ANN's logits, and agree after many steps", async () => {
  const network = networkOf(96, FLAT);
  const batches = orderedBatches(split(1), SMALL.input, 10); // 10, 10, 5 images
  const steps: string[] = [];
  const options = { ...SPIKES, T: 400 };
  const { network: converted, scales, reader } = await conversionRule(options)
    .convert(network, batches, (done, all) => void steps.push(`${done}/${all}`));
  assert.deepEqual(steps, ["1/3", "2/3", "3/3"]);
  assert.deepEqual([...scales.keys()], ["conv1", "conv2", "linear1", "linear2"]);
  const scored = await evaluate(converted, reader, batches);
  const { evaluation: { ann } } = await evaluate(network, annRule(annForward), batches);
  assertAllClose([scored.evaluation.ann?.loss as number], [ann?.loss as number], { rtol: 1e-4 });
  assert.equal(scored.evaluation.ann?.argmax, ann?.argmax);
  // Rates cannot be negative, and after 400 steps are off by some thousandths of the last layer's scale.
  assertAllClose([scored.evaluation.snn?.loss as number], [rectifiedLoss(network, batches)], { rtol: 0.02 });
  assert.ok((scored.agreement as number) >= 0.9, `${scored.agreement}`);
  [network, converted].forEach(disposeModel);
});

Deno.test("with gated pooling and the current as read-out the SNN's outputs approach the ANN's, with others not", async () => {
  const network = networkOf(97);
  const batches = orderedBatches(split(2), SMALL.input, 25);
  const distance = async (options: ConversionOptions) => {
    const { network: converted, reader: { spiking, outputs } } = await conversionRule(options)
      .convert(network, batches);
    const result = tf.tidy(() => {
      const { images } = toTensors(batches.batch(1, 0), batches.shape, 4);
      const [snn, ann] = [
        spiking?.output(spiking.simulate(converted, images)),
        outputs?.(converted, images),
      ] as [tf.Tensor, tf.Tensor];
      return tf.div(tf.mean(tf.abs(tf.sub(snn, ann))), tf.mean(tf.abs(ann))).dataSync()[0] as number;
    });
    disposeModel(converted);
    return result;
  };
  const fixed = { ...SPIKES, pooling: "gated", readout: "current" } as const;
  const after = await Promise.all([50, 200, 800].map((T) => distance({ ...fixed, T })));
  assert.ok((after[2] as number) < 0.05 && (after[2] as number) < (after[0] as number) / 4, `${after}`);
  const others = [{ ...fixed, T: 800, pooling: "or" }, { ...fixed, T: 800, readout: "spikes" }] as const;
  for (const options of others) assert.ok(await distance(options) > 0.1, options.pooling);
  disposeModel(network);
});
