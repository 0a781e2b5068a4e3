import assert from "node:assert/strict";
import { assertAllClose } from "../assert_all_close.ts";
import { networkOf, NORMED, smallImages, smallLabels } from "../small_network.ts";
import { controlledForward, type ProxyControls } from "../../lib/learning/controlled_forward.ts";
import { lossGradients } from "../../lib/learning/loss_gradients.ts";
import type { Gradients } from "../../lib/learning/optimiser.ts";
import { proxyRule } from "../../lib/learning/rules/proxy.ts";
import { proxyControlRule } from "../../lib/learning/rules/proxy_control.ts";
import { annForward } from "../../lib/models/ann.ts";
import { parameterValue } from "../../lib/models/parameters.ts";
import { hasWeights } from "../../lib/models/walk.ts";
import { tf } from "../../lib/ops/tensorflow.ts";

const OPTIONS = {
  T: 5,
  neuron: { threshold: 1, reset: "hard", initialMembrane: 0 },
  output: "count",
  target: 2,
} as const;

const batchOf = () => ({ images: smallImages(3, 32), targets: smallLabels(3) });

function close(found: Gradients, expected: Gradients, tolerance: { rtol: number; atol: number }) {
  for (const [name, one] of expected) {
    assertAllClose([...(found.get(name) as tf.Tensor).dataSync()], [...one.dataSync()], tolerance);
  }
}

/** Spikes that say what the ANN's own activations say: one step whose "spikes" are the activations. */
function activationsAsSpikes(network: ReturnType<typeof networkOf>, images: tf.Tensor4D) {
  const spikes = new Map<string, tf.Tensor>();
  tf.tidy(() => {
    annForward(network, images, "frozen", (layer, z) => {
      spikes.set(layer, tf.keep(tf.expandDims(tf.relu(z), 0)));
    });
  });
  return spikes;
}

for (const mode of ["frozen", "train"] as const) {
  Deno.test(`with nothing exchanged the way back is the proxy's own (${mode})`, () => {
    tf.tidy(() => {
      const [network, twin] = [networkOf(31, NORMED), networkOf(31, NORMED)];
      const expected = proxyRule(OPTIONS).step(network, batchOf(), mode);
      const found = proxyControlRule({ ...OPTIONS, hold: 0 }).step(twin, batchOf(), mode);
      assert.equal(found.loss.dataSync()[0], expected.loss.dataSync()[0]);
      // Sums in another order, in float32.
      close(found.gradients, expected.gradients, { rtol: 1e-4, atol: 1e-5 });
    });
  });
}

Deno.test("with the ANN's own activations in the place of the SNN's, gradients are the ANN's own", () => {
  tf.tidy(() => {
    const network = networkOf(31, NORMED);
    const { images } = batchOf();
    const spikes = activationsAsSpikes(network, images);
    const along = (forward: () => tf.Tensor2D) =>
      lossGradients(network, () => {
        const output = forward();
        return { output, loss: tf.mean(tf.square(output)) as tf.Scalar };
      });
    const expected = along(() => annForward(network, images, "frozen"));
    const found = along(() =>
      controlledForward(network, images, {
        ...{ mode: "frozen", spikes, seed: 1 },
        controls: { activations: "snn" },
      })
    );
    close(found.gradients, expected.gradients, { rtol: 1e-4, atol: 1e-5 });
  });
});

function gradientsWith(controls: ProxyControls & { hold?: number; seed?: number }): Gradients {
  return proxyControlRule({ ...OPTIONS, ...controls }).step(networkOf(31, NORMED), batchOf(), "frozen")
    .gradients;
}

Deno.test("each control changes what it exchanges, and no more", () => {
  tf.tidy(() => {
    const own = gradientsWith({});
    const changed = (controls: Parameters<typeof gradientsWith>[0]) => {
      const other = gradientsWith(controls);
      return [...own.keys()].filter((name) => {
        const [a, b] = [own.get(name)?.dataSync() ?? [], other.get(name)?.dataSync() ?? []];
        return a.some((value, at) => value !== b[at]);
      });
    };
    // The last layer's error is the loss's own: its kernel's gradient changes with what it multiplies alone.
    const last = "linear2.kernel";
    const [activations, masks, feedback] = [
      changed({ activations: "snn" }),
      changed({ masks: "snn" }),
      changed({ feedback: "random" }),
    ];
    assert.ok(
      activations.includes(last) && !activations.includes("conv1.kernel"),
      "the image is seen as it is",
    );
    assert.ok(masks.includes("conv1.kernel") && !masks.includes(last), masks.join());
    assert.ok(feedback.includes("linear1.kernel") && feedback.includes("conv1.kernel"), feedback.join());
    assert.ok(!feedback.includes(last));
    assert.ok(changed({ hold: 0.5 }).includes(last));
  });
});

Deno.test("the last layer's kernel gradient is the error times the SNN's rates", () => {
  tf.tidy(() => {
    const network = networkOf(31);
    const { images, targets } = batchOf();
    const rule = proxyRule(OPTIONS);
    const spikes = new Map<string, tf.Tensor>();
    const { counts } = rule.spiking?.simulate(network, images, {
      onSpikes: (layer, one) => void spikes.set(layer, tf.keep(one.clone())),
    }) ?? assert.fail();
    const error = tf.div(tf.mul(tf.sub(counts, tf.mul(targets, 2)), 2), counts.size) as tf.Tensor2D;
    const rates = tf.mean(spikes.get("linear1") as tf.Tensor, 0) as tf.Tensor2D;
    const { gradients } = proxyControlRule({ ...OPTIONS, activations: "snn" }).step(
      network,
      { images, targets },
      "frozen",
    );
    const found = gradients.get("linear2.kernel") as tf.Tensor;
    assertAllClose([...found.dataSync()], [...tf.matMul(rates, error, true).dataSync()], {
      rtol: 1e-5,
      atol: 1e-7,
    });
  });
});

Deno.test("the term that holds outputs together is its weight times the distance's gradient", () => {
  tf.tidy(() => {
    const network = networkOf(31);
    const { images, targets } = batchOf();
    const rule = proxyRule(OPTIONS);
    const { counts } = rule.spiking?.simulate(network, images) ?? assert.fail();
    let received = tf.zeros([0]);
    const outputs = annForward(network, images, "frozen", (layer, z) => {
      if (layer === "linear1") received = tf.relu(z);
    });
    const slope = (apart: tf.Tensor, weight: number) => tf.mul(apart, 2 * weight / counts.size);
    const error = tf.add(slope(tf.sub(counts, tf.mul(targets, 2)), 1), slope(tf.sub(outputs, counts), 0.5));
    const { gradients } = proxyControlRule({ ...OPTIONS, hold: 0.5 }).step(
      network,
      { images, targets },
      "frozen",
    );
    const [found, expected] = [
      gradients.get("linear2.kernel") as tf.Tensor,
      tf.matMul(received, error, true),
    ];
    assertAllClose([...found.dataSync()], [...expected.dataSync()], { rtol: 1e-4, atol: 1e-6 });
  });
});

Deno.test("feedback is fixed by its seed, and of the kernel's shape", () => {
  tf.tidy(() => {
    const of = (seed: number) => gradientsWith({ feedback: "random", seed }).get("conv1.kernel")?.dataSync();
    assert.deepEqual(of(3), of(3));
    assert.notDeepEqual(of(3), of(4));
    const network = networkOf(31);
    for (const layer of network.layers.filter(hasWeights)) {
      assert.deepEqual(parameterValue(network, `${layer.name}.kernel`).shape, layer.kernel);
    }
  });
});

Deno.test("a hold that is none is refused, and nothing is left in memory after a step", () => {
  assert.throws(() => proxyControlRule({ ...OPTIONS, hold: NaN }), /^UsageError: .*hold is NaN, but must be/);
  const [network, { images, targets }] = [networkOf(31), batchOf()];
  const rule = proxyControlRule({
    ...OPTIONS,
    activations: "snn",
    masks: "snn",
    feedback: "random",
    hold: 1,
  });
  const before = tf.memory().numTensors;
  const { loss, output, gradients } = rule.step(network, { images, targets }, "train");
  tf.dispose([loss, output, ...gradients.values()]);
  assert.equal(tf.memory().numTensors, before);
});
