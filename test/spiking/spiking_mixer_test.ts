import assert from "node:assert/strict";
import { annForward } from "../../lib/models/ann.ts";
import { describeLayers } from "../../lib/models/describe.ts";
import { fans } from "../../lib/models/fan_out.ts";
import { layersOf } from "../../lib/models/layer_notation.ts";
import { disposeModel } from "../../lib/models/model.ts";
import { nameLayers, parameterCount } from "../../lib/models/network.ts";
import { createNetwork, type Network, parameterValue } from "../../lib/models/parameters.ts";
import { shareIsomorphic } from "../../lib/models/share_isomorphic.ts";
import { spikingMixer } from "../../lib/models/spiking_mixer.ts";
import { hasWeights } from "../../lib/models/walk.ts";
import { randomStream, randomUniform } from "../../lib/ops/random.ts";
import { spikeDepthwiseFire, spikeDepthwiseFireReference } from "../../lib/ops/spike_depthwise.ts";
import { packSpikes, unpackSpikes } from "../../lib/ops/spikes.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { activationDensity } from "../../lib/spiking/activation_density.ts";
import { simulateByLayer } from "../../lib/spiking/by_layer.ts";
import { simulateByStep } from "../../lib/spiking/by_step.ts";
import { convertedSpec } from "../../lib/spiking/convert.ts";
import { spikingCosts } from "../../lib/spiking/energy.ts";
import { FLOAT_SPIKES, PACKED_SPIKES } from "../../lib/spiking/spike_operations.ts";
import { surrogateForward } from "../../lib/spiking/surrogate.ts";
import { tandemCounts } from "../../lib/spiking/tandem.ts";
import { assertAllClose } from "../assert_all_close.ts";
import { assertDerivatives, centralDifferences, kinkPattern } from "../central_differences.ts";
import { withKernels } from "../with_kernels.ts";

const NEURON = { threshold: 1, reset: "hard", initialMembrane: 0 } as const;

/** Multiples of 1 / 64: sums of few are exact in any order. */
function exact(name: string, shape: number[], bound: number): tf.Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  const values = randomUniform(randomStream(9, "spiking mixer", name), size, -bound, bound);
  return tf.tensor(values.map((value) => Math.round(value * 64) / 64), shape);
}

function images(count: number, side = 8): tf.Tensor4D {
  return tf.abs(exact("images", [count, side, side, 3], 1)) as tf.Tensor4D;
}

/** Patches of 2 x 2, two blocks, weights of which sums are exact; the norms' shifts make neurons fire. */
function mixer(channels: number, sharing = false): Network {
  const spec = {
    input: [8, 8, 3] as const,
    layers: layersOf(`${channels}C2/2-D3+-${channels}C1-D3+-${channels}C1-sum-4`),
  };
  const network = createNetwork(sharing ? shareIsomorphic(spec) : spec, 1);
  for (const [name, { value }] of network.parameters) {
    if (name.endsWith("kernel")) value.assign(exact(name, value.shape, 0.25));
    if (name.endsWith("beta")) value.assign(tf.abs(exact(name, value.shape, 1)));
  }
  // With gamma 1 and a variance of 1 - epsilon the frozen norm adds its shift alone.
  for (const [name, value] of network.statistics) {
    if (name.endsWith("variance")) value.assign(tf.fill(value.shape, 1 - 1e-5));
  }
  return network;
}

Deno.test("a depthwise convolution of spikes by events is that of floats, neuron by neuron", () => {
  tf.tidy(() => {
    for (
      const [T, N, H, W, C, side] of [[3, 2, 5, 7, 33, 3], [4, 1, 8, 8, 64, 5], [2, 3, 3, 2, 20, 9], [
        1,
        1,
        9,
        9,
        8,
        17,
      ]]
    ) {
      for (const density of [0, 0.1, 1]) {
        const shape = [T, N, H, W, C] as [number, number, number, number, number];
        const spikes = tf.cast(
          tf.less(tf.abs(exact(`spikes ${C}`, shape, 1)), density),
          "float32",
        ) as tf.Tensor5D;
        const filter = exact("filter", [side, side, 1, C] as number[], 0.5) as tf.Tensor4D;
        const bias = exact("bias", [C] as number[], 0.5) as tf.Tensor1D;
        for (
          const neuron of [NEURON, { threshold: 0.5, reset: "subtract", initialMembrane: 0.25 } as const]
        ) {
          const wanted = spikeDepthwiseFireReference(spikes, filter, bias, neuron);
          const { spikes: found, totals } = spikeDepthwiseFire(packSpikes(spikes), filter, bias, neuron);
          assert.deepEqual(unpackSpikes(found).dataSync(), wanted.dataSync());
          assert.deepEqual([...totals], [...tf.sum(wanted, [1, 2, 3, 4]).dataSync()]);
        }
      }
    }
  });
});

Deno.test("a residual is a sum in the ANN: the network written out", () => {
  tf.tidy(() => {
    const network = mixer(8);
    const of = (name: string) => parameterValue(network, name);
    const shift = (layer: string) => of(`${layer}.norm.beta`);
    let x = tf.relu(
      tf.add(tf.conv2d(images(3), of("patches1.kernel") as tf.Tensor4D, 2, "valid"), shift("patches1")),
    );
    const shares = new Map<string, number>();
    for (const block of [1, 2]) {
      const filter = tf.reshape(of(`depthwise${block}.kernel`), [3, 3, 8, 1]) as tf.Tensor4D;
      const own = tf.relu(
        tf.add(tf.depthwiseConv2d(x as tf.Tensor4D, filter, 1, "same"), shift(`depthwise${block}`)),
      );
      const both = tf.add(x, own) as tf.Tensor4D;
      shares.set(`depthwise${block}`, tf.notEqual(both, 0).mean().dataSync()[0] as number);
      const mixed = tf.conv2d(both, of(`conv${block}.kernel`) as tf.Tensor4D, 1, "same");
      x = tf.relu(tf.add(mixed, shift(`conv${block}`)));
    }
    const wanted = tf.matMul(tf.sum(x, [1, 2]) as tf.Tensor2D, of("linear1.kernel") as tf.Tensor2D);
    const density = activationDensity(network, images(3));
    for (const [layer, share] of shares) {
      assert.ok(Math.abs((density[layer] as number) - share) < 1e-5, layer);
    }
    for (const kernels of ["native", "reference"] as const) {
      withKernels(
        kernels,
        () =>
          assertAllClose(annForward(network, images(3), "frozen").dataSync(), wanted.dataSync(), {
            rtol: 1e-4,
            atol: 1e-4,
          }),
      );
    }
    disposeModel(network);
  });
});

Deno.test("a residual is two spike trains in the SNN: by layer and by step, packed and as floats, the same spikes", () => {
  for (const channels of [8, 32]) {
    for (const mode of ["frozen", "train"] as const) {
      tf.tidy(() => {
        const found = [
          (network: Network, options: Parameters<typeof simulateByLayer>[2]) =>
            simulateByLayer(network, images(3), options),
          (network: Network, options: Parameters<typeof simulateByLayer>[2]) =>
            simulateByStep(network, images(3), options, PACKED_SPIKES),
          (network: Network, options: Parameters<typeof simulateByLayer>[2]) =>
            simulateByStep(network, images(3), options, FLOAT_SPIKES),
        ].map((simulate) => {
          const network = mixer(channels);
          const { outputs, totals } = simulate(network, { T: 5, neuron: NEURON, mode });
          const statistics = [...network.statistics.values()].map((value) => [...value.dataSync()]).flat();
          disposeModel(network);
          return {
            outputs: outputs.dataSync(),
            totals: [...totals].map(([name, some]) => [name, [...some]]),
            statistics,
          };
        });
        const [first, ...others] = found;
        assert.ok(
          (first?.totals ?? []).every(([, some]) => (some as number[]).some((spikes) => spikes > 0)),
          "all layers fire",
        );
        for (const other of others) {
          if (mode === "frozen") {
            assert.deepEqual(other.totals, first?.totals);
            assert.deepEqual(other.outputs, first?.outputs);
          }
          assertAllClose(other.statistics, first?.statistics as number[], { rtol: 1e-3, atol: 1e-3 });
        }
      });
    }
  }
});

Deno.test("surrogate gradients pass a residual: native kernels and references agree", () => {
  const gradients = (["native", "reference"] as const).map((kernels) =>
    withKernels(kernels, () => {
      const network = mixer(8, true);
      const variables = [...network.parameters.values()].map(({ value }) => value);
      const surrogate = { neuron: NEURON, alpha: 2, detachReset: true };
      const weights = exact("direction", [4, 2, 4], 1);
      const { grads } = tf.variableGrads(
        () =>
          tf.sum(
            tf.mul(surrogateForward(network, images(2), { T: 4, surrogate, mode: "frozen" }), weights),
          ) as tf.Scalar,
        variables,
      );
      const found = variables.map(({ name }) => [...(grads[name] as tf.Tensor).dataSync()]);
      tf.dispose(grads);
      disposeModel(network);
      return found;
    })
  );
  const [native, reference] = gradients as [number[][], number[][]];
  assert.ok(native.every((values) => values.some((value) => value !== 0)));
  native.forEach((values, index) =>
    assertAllClose(values, reference[index] as number[], { rtol: 1e-4, atol: 1e-4 })
  );
});

Deno.test("the gradient of a shared kernel is that of the loss, by central differences", () => {
  tf.tidy(() => {
    const network = mixer(8, true);
    const direction = exact("direction of logits", [2, 4], 1);
    const loss = () => tf.sum(tf.mul(annForward(network, images(2), "frozen"), direction)) as tf.Scalar;
    const variables = [...network.parameters.values()].map(({ value }) => value);
    const { grads } = tf.variableGrads(loss, variables);
    const gradients = new Map([...network.parameters].map(([name, { value }]) => [name, grads[value.name]]));
    assertDerivatives(gradients, centralDifferences(network, loss, () => kinkPattern(network, images(2))));
    disposeModel(network);
  });
});

Deno.test("counts, owners, costs and words of a spiking ConvMixer", () => {
  const spec = spikingMixer({ dim: 64, depth: 4, kernel: 5, patch: 2 });
  const own = 2 * 2 * 3 * 64 + 9 * 2 * 64 + 640;
  assert.equal(parameterCount(spec), own + 4 * (25 * 64 + 64 * 64));
  assert.equal(parameterCount(shareIsomorphic(spec)), own + 25 * 64 + 64 * 64);
  const owners = nameLayers(shareIsomorphic(spec)).filter(hasWeights).flatMap(({ name, owner }) =>
    name === owner ? [] : [`${name}=${owner}`]
  );
  assert.deepEqual(
    owners,
    [2, 3, 4].flatMap((block) => [`depthwise${block}=depthwise1`, `conv${block}=conv1`]),
  );
  assert.deepEqual(fans(spec).slice(0, 4), [
    { name: "patches1", input: null, trains: [], fanOut: 4 * 64, macs: 256 * 12 * 64 },
    { name: "depthwise1", input: "patches1", trains: ["patches1"], fanOut: 25, macs: 256 * 25 * 64 },
    {
      name: "conv1",
      input: "depthwise1",
      trains: ["patches1", "depthwise1"],
      fanOut: 64,
      macs: 256 * 64 * 64,
    },
    { name: "depthwise2", input: "conv1", trains: ["conv1"], fanOut: 25, macs: 256 * 25 * 64 },
  ]);
  const small = { input: [4, 4, 3] as const, layers: layersOf("2C2/2-D3+-2C1-sum-4") };
  const spikes = { patches1: [3], depthwise1: [2], conv1: [1], linear1: [1] };
  assert.equal(spikingCosts(small, spikes)[0]?.operations, 3 * 9 + (3 + 2) * 2 + 1 * 4);
  assert.deepEqual(describeLayers(spec)[1], {
    ...{
      Layer: "depthwise1",
      Weights: "5 × 5, one for each of 64 channels, with residual",
      Output: "16 × 16 × 64",
    },
    ...{ "Batch norm": "yes", Parameters: 25 * 64 + 128, MACs: 256 * 25 * 64 },
  });
});

Deno.test("what cannot be is refused in one sentence", () => {
  const build = (notation: string, input: [number, number, number] = [8, 8, 3]) =>
    createNetwork({ input, layers: layersOf(notation) }, 1);
  assert.throws(
    () => build("8C3-8C2/2-4"),
    /^UsageError: Building the network: layer 2 is patches, but they are cut out of the image; put them first\.$/,
  );
  assert.throws(() => build("8C3/2-4"), /"8C3\/2" is unknown; write nCk/);
  assert.throws(
    () => build("D3-4"),
    /layer 1 is depthwise, but images must first meet conv, patches or linear\.$/,
  );
  assert.throws(
    () => build("8C3-D3+-4"),
    /layer 2 has a residual, but behind it is linear; put conv there\.$/,
  );
  assert.throws(() => build("8C3-D4-4"), /layer 2 has depthwise kernel size 4, but it must be odd/);
  assert.throws(
    () => build("8C3/3-4"),
    /patches1 cuts patches of 3 x 3 out of 8 x 8 x 3, which leaves a rest; take a size that divides both sides\.$/,
  );
  assert.throws(
    () => build("8C3-D3=conv1-4"),
    /depthwise1 is to use the kernel of conv1, but they are not isomorphic: their types are depthwise and conv/,
  );
  assert.throws(
    () => spikingMixer({ dim: 8, depth: 2, kernel: 3, patch: 3 }),
    /patch is 3, but must divide the image's 32 x 32 pixels\.$/,
  );
  const network = mixer(8);
  assert.throws(
    () => void tandemCounts(network, images(1), { T: 2, neuron: NEURON, norms: "of-counts", mode: "frozen" }),
    /^UsageError: Learning in tandem: the network has residuals, which /,
  );
  assert.throws(
    () => convertedSpec(network.spec),
    /^UsageError: Converting to an SNN: the layer patches1 is of type "patches", for which /,
  );
  disposeModel(network);
});
