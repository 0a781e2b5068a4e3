import assert from "node:assert/strict";
import { annForward } from "../../lib/models/ann.ts";
import { type Network } from "../../lib/models/parameters.ts";
import { modelVariables } from "../../lib/models/model.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { ActivationScales, type Scales } from "../../lib/spiking/activation_scales.ts";
import { convertNetwork } from "../../lib/spiking/convert.ts";
import { simulate } from "../../lib/spiking/simulate.ts";
import { assertAllClose } from "../assert_all_close.ts";
import { SHARED, SHARED_SUM, unrolled } from "../shared_network.ts";
import { networkOf, SMALL, smallImages } from "../small_network.ts";

/** SMALL with biases and norms in its second convolution and its first linear layer, and a convolution without norm. */
const MIXED = {
  ...SMALL,
  layers: [
    { type: "conv", filters: 3, kernel: 3, norm: true },
    { type: "conv", filters: 4, kernel: 3, norm: true, bias: true },
    { type: "maxpool", size: 2 },
    { type: "conv", filters: 5, kernel: 1, norm: false },
    { type: "linear", units: 6, norm: true, bias: true },
    { type: "linear", units: 4 },
  ],
} as const;

/** MIXED without pooling: a maximum of spikes is taken at every step and exceeds the maximum of rates. */
const FLAT = { ...MIXED, layers: MIXED.layers.filter(({ type }) => type !== "maxpool") };

function scalesOf(network: Network, percentile: number, ...batches: tf.Tensor4D[]): Scales {
  const images = batches.reduce((sum, batch) => sum + batch.shape[0], 0);
  const activations = new ActivationScales(network, percentile, images);
  for (const batch of batches) activations.add(batch);
  return activations.scales();
}

Deno.test("scales do not depend on how the images come, and are percentiles of the activations", () => {
  tf.tidy(() => {
    const network = networkOf(81);
    const [some, others] = [smallImages(5, 82), smallImages(3, 83)];
    const together = scalesOf(network, 99, tf.concat([some, others]) as tf.Tensor4D);
    // Convolutions of another batch size may add in another order.
    assertAllClose([...scalesOf(network, 99, some, others).values()], [...together.values()], { rtol: 1e-5 });
    const largest = scalesOf(network, 100, some);
    annForward(network, some, "frozen", (layer, z) => {
      assert.equal(largest.get(layer), Math.fround(tf.max(tf.relu(z)).dataSync()[0] as number));
      assert.ok((largest.get(layer) as number) > (scalesOf(network, 90, some).get(layer) as number));
    });
  });
});

Deno.test("as an ANN the converted network is the original over the last scale, no activation above 1", () => {
  tf.tidy(() => {
    for (const percentile of [100, 95]) {
      const network = networkOf(84, MIXED);
      const images = smallImages(6, 85);
      const scales = scalesOf(network, percentile, images);
      const converted = convertNetwork(network, scales);
      assert.ok([...converted.parameters.keys()].every((name) => !name.includes("norm")));
      const last = [...scales.values()].at(-1) as number;
      const logits = annForward(network, images, "frozen");
      const activations = new Map<string, number>();
      const normalised = annForward(converted, images, "frozen", (layer, z) => {
        activations.set(layer, tf.max(z).dataSync()[0] as number);
      });
      // The same sums with factors taken in and out: float32 rounding.
      assertAllClose(tf.mul(normalised, last).dataSync(), logits.dataSync(), { rtol: 1e-4, atol: 1e-5 });
      if (percentile === 100) assertAllClose([...activations.values()], Array(5).fill(1), { rtol: 1e-5 });
      else assert.ok([...activations.values()].every((largest) => largest > 1));
    }
  });
});

Deno.test("the first layer's rate is its normalised activation to within one spike", () => {
  tf.tidy(() => {
    const network = networkOf(86, MIXED);
    const images = smallImages(4, 87);
    const converted = convertNetwork(network, scalesOf(network, 100, images));
    const T = 50;
    for (const [initialMembrane, spikesOff] of [[0, 1], [0.5, 0.5]] as const) {
      let counts: tf.Tensor | undefined;
      simulate(converted, images, {
        ...{ T, neuron: { threshold: 1, reset: "subtract", initialMembrane }, mode: "frozen" },
        onSpikes(layer, spikes) {
          if (layer === "conv1") counts = tf.keep(tf.sum(spikes, 0));
        },
      });
      annForward(converted, images, "frozen", (layer, z) => {
        if (layer !== "conv1") return;
        const error = tf.max(tf.abs(tf.sub(counts as tf.Tensor, tf.mul(tf.relu(z), T))))
          .dataSync()[0] as number;
        // 1e-3: a membrane within rounding of the threshold may fire a step later.
        assert.ok(error <= spikesOff + 1e-3, `${error} spikes off`);
      });
      counts?.dispose();
    }
  });
});

Deno.test("output rates come closer to the ANN's activations with more steps", () => {
  tf.tidy(() => {
    const network = networkOf(88, FLAT);
    const images = smallImages(4, 89);
    const converted = convertNetwork(network, scalesOf(network, 100, images));
    const wanted = tf.relu(annForward(converted, images, "frozen"));
    const errorAt = (T: number) => {
      const neuron = { threshold: 1, reset: "subtract", initialMembrane: 0.5 } as const;
      const { counts } = simulate(converted, images, { T, neuron, mode: "frozen" });
      return tf.mean(tf.abs(tf.sub(tf.div(counts, T), wanted))).dataSync()[0] as number;
    };
    const [few, more, many] = [errorAt(8), errorAt(64), errorAt(512)];
    // Each layer starts late and rounds down: an error of some spikes, whatever T.
    assert.ok(few > 4 * more && more > 4 * many, `${few}, ${more}, ${many}`);
  });
});

Deno.test("the converted network owns its variables, and converting leaves no tensor behind", () => {
  const network = networkOf(90);
  const images = smallImages(2, 91);
  const before = tf.memory().numTensors;
  const converted = convertNetwork(network, scalesOf(network, 99.9, images));
  assert.equal(tf.memory().numTensors, before + modelVariables(converted).size);
  for (const variable of modelVariables(network).values()) variable.dispose();
  tf.tidy(() => assert.ok(tf.sum(annForward(converted, images, "frozen")).dataSync()[0] as number !== 0));
  for (const variable of modelVariables(converted).values()) variable.dispose();
  images.dispose();
});

Deno.test("a layer without a spiking counterpart and a layer without activity are named", () => {
  tf.tidy(() => {
    const network = networkOf(92);
    const images = smallImages(2, 93);
    const scales = scalesOf(network, 100, images);
    const patches = { type: "patches", filters: 3, size: 2, norm: true } as const;
    const spec = { ...network.spec, layers: [patches, ...network.spec.layers.slice(1)] };
    assert.throws(
      () => convertNetwork({ ...network, spec }, scales),
      /the layer patches1 is of type "patches".*supported are conv and linear \(with or without batch norm\) and maxpool/,
    );
    const variables = modelVariables(network);
    variables.get("conv2.norm.gamma")?.assign(tf.zeros([4]));
    variables.get("conv2.norm.beta")?.assign(tf.fill([4], -1));
    assert.throws(
      () => scalesOf(network, 100, images),
      /the scale of conv2 is 0, but must be above 0; train/,
    );
    variables.get("conv2.norm.beta")?.assign(tf.fill([4], NaN));
    assert.throws(() => scalesOf(network, 100, images), /the scale of conv2 is NaN/);
  });
});

Deno.test("a network that shares kernels converts as the one that shares nothing, to weights of each layer's own", () => {
  tf.tidy(() => {
    for (const spec of [SHARED, SHARED_SUM]) {
      const shared = networkOf(93, spec);
      const images = smallImages(4, 92);
      const [ours, theirs] = [shared, unrolled(shared)].map((network) =>
        convertNetwork(network, scalesOf(network, 100, images))
      );
      assert.ok(ours?.layers.every((layer) => !("owner" in layer) || layer.owner === layer.name));
      assert.deepEqual([...ours?.parameters.keys() ?? []], [...theirs?.parameters.keys() ?? []]);
      for (const [name, { value }] of ours?.parameters ?? []) {
        assert.deepEqual(value.dataSync(), theirs?.parameters.get(name)?.value.dataSync(), name);
      }
      const last = (network: Network) => annForward(network, images, "frozen").dataSync();
      assert.deepEqual(last(ours as Network), last(theirs as Network));
    }
  });
});
