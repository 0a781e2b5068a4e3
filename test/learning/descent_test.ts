import assert from "node:assert/strict";
import { networkOf, smallImages, smallLabels } from "../small_network.ts";
import { globalNorm } from "../../lib/learning/clip.ts";
import { descend, type DescentOptions } from "../../lib/learning/descent.ts";
import { learningDirections, spikingLoss } from "../../lib/learning/learning_directions.ts";
import { tf } from "../../lib/ops/tensorflow.ts";

const OPTIONS = {
  T: 6,
  neuron: { threshold: 1, reset: "hard", initialMembrane: 0 },
  output: "count",
  target: 2,
} as const;

function scene(): { network: ReturnType<typeof networkOf>; options: DescentOptions } {
  const batch = (seed: number) => ({ images: smallImages(4, seed), targets: smallLabels(4) });
  return {
    network: networkOf(31),
    options: {
      directions: learningDirections({ ...OPTIONS, alpha: 2, seed: 5 }),
      reference: "surrogate",
      ...{ batch: batch(32), heldOut: batch(33), lengths: [1e-3, 0.1], loss: spikingLoss(OPTIONS) },
    },
  };
}

Deno.test("every direction is held against the reference, and its drop is the loss before less the loss after", () => {
  const { network, options } = scene();
  const values = () => [...network.parameters.values()].map(({ value }) => value.dataSync().slice());
  const before = values();
  const tensors = tf.memory().numTensors;
  const descents = descend(network, options);
  assert.equal(tf.memory().numTensors, tensors);
  assert.deepEqual(values(), before);
  assert.deepEqual(descents.map(({ direction }) => direction), [
    "proxy",
    "surrogate",
    "tandem",
    "ann",
    "random",
  ]);

  const [proxy, surrogate] = descents;
  assert.ok(Math.abs((surrogate?.cosines.all as number) - 1) < 1e-5);
  assert.ok(Math.abs(proxy?.cosines.all as number) < 1);
  assert.deepEqual(Object.keys(proxy?.cosines.layers ?? {}), ["conv1", "conv2", "linear1", "linear2"]);

  const { batch, directions, loss } = options;
  const lossNow = () => tf.tidy(() => loss(network, batch).dataSync()[0] as number);
  const start = lossNow();
  const gradients = directions[0]?.of(network, batch) as ReadonlyMap<string, tf.Tensor>;
  const weights = globalNorm(new Map([...network.parameters].map(([name, { value }]) => [name, value])));
  const share = 0.1 * weights / globalNorm(gradients);
  for (const [name, { value }] of network.parameters) {
    tf.tidy(() => value.assign(tf.sub(value, tf.mul(gradients.get(name) as tf.Tensor, share))));
  }
  const drop = start - lossNow();
  assert.notEqual(drop, 0);
  // The two ways to form the step round differently: a spike more or less of 4 x 10 counts may change the loss.
  assert.ok(
    Math.abs((proxy?.drops[1]?.batch as number) - drop) < 0.3,
    `${proxy?.drops[1]?.batch} and ${drop}`,
  );
});

Deno.test("a direction without a gradient leads nowhere", () => {
  const { network, options } = scene();
  const zeros = () =>
    new Map([...network.parameters].map(([name, { value }]) => [name, tf.zerosLike(value as tf.Tensor)]));
  const directions = [...options.directions, { name: "nothing", of: zeros }];
  const nothing = descend(network, { ...options, directions }).at(-1);
  assert.deepEqual(nothing?.drops.map(({ batch, heldOut }) => [batch, heldOut]), [[0, 0], [0, 0]]);
  assert.ok(Number.isNaN(nothing?.cosines.all));
});

Deno.test("the random direction is that of its seed", () => {
  const { network, options: { batch } } = scene();
  const lengthOf = (seed: number) => {
    const direction = learningDirections({ ...OPTIONS, alpha: 2, seed }).find(({ name }) =>
      name === "random"
    );
    return globalNorm(direction?.of(network, batch) as ReadonlyMap<string, tf.Tensor>);
  };
  assert.equal(lengthOf(5), lengthOf(5));
  assert.notEqual(lengthOf(5), lengthOf(6));
});

Deno.test("a length that is none and an unknown reference are refused before anything is computed", () => {
  const { network, options } = scene();
  for (const length of [0, -1, NaN, Infinity]) {
    assert.throws(
      () => descend(network, { ...options, lengths: [length] }),
      /^UsageError: Testing descent: a step's length is .*, but must be above 0/,
    );
  }
  assert.throws(
    () => descend(network, { ...options, reference: "magic" }),
    /^UsageError: Testing descent: no direction is called "magic"; take one of proxy, surrogate, tandem, ann, random\.$/,
  );
});
