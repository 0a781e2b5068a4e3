import type { WeightedLayer } from "../models/network.ts";
import type { Network } from "../models/parameters.ts";
import { noResidual, walk } from "../models/walk.ts";
import { FORWARD, multiply, type Weights } from "../models/weighted_input.ts";
import { fireOverTime } from "../ops/if_neuron.ts";
import { node } from "../ops/node.ts";
import { convInputGradient, convKernelGradient } from "../ops/padded_conv.ts";
import { spikeConv, spikeFilterGradient } from "../ops/spike_conv.ts";
import { spikeLinear } from "../ops/spike_linear.ts";
import {
  flattenSpikes,
  type PackedSpikes,
  poolSpikes,
  spikePoolGradient,
  unpackSpikes,
} from "../ops/spikes.ts";
import { surrogateIfGradients, type SurrogateNeuron } from "../ops/surrogate_if.ts";
import { tf } from "../ops/tensorflow.ts";

/** What a layer keeps for the way back: the spikes that it receives (none: the images) and the currents of its neurons. */
interface Kept {
  layer: WeightedLayer;
  weights: Weights;
  received: PackedSpikes | undefined;
  /** [T, N, ..., F], or [1, N, ..., F] in the first layer. */
  currents: tf.Tensor;
}

/** A pooling keeps the spikes that it receives. */
interface KeptPool {
  size: number;
  received: PackedSpikes;
}

/**
 * The whole spiking life as one node of the tape, with native kernels: spikes are bits on the way up and on the way back, and of
 * the floats of all steps the currents alone are kept. `weights` have frozen norms inside; gradients flow to them.
 * Images [N, H, W, C] -> spikes of the last layer [T, N, classes].
 */
export function surrogateOnBits(
  network: Network,
  images: tf.Tensor4D,
  weights: ReadonlyMap<string, Weights>,
  T: number,
  surrogate: SurrogateNeuron,
): tf.Tensor3D {
  let layers: (Kept | KeptPool)[] = [];
  return node([...weights.values()].flatMap(tensorsOfWeights), {
    forward() {
      const { spikes, kept } = forward(network, images, weights, T, surrogate);
      layers = kept;
      return { value: spikes, kept: kept.flatMap(tensorsOf) };
    },
    backward: (dy, saved: tf.Tensor[]) => backward(images, withTensors(layers, saved), dy, surrogate),
  });
}

/** What a layer or a pooling keeps, in a fixed order. */
function tensorsOf(one: Kept | KeptPool): tf.Tensor[] {
  const spikes = one.received === undefined ? [] : [one.received.bits];
  return "size" in one ? spikes : [...spikes, one.currents, one.weights.kernel];
}

/** The same with the tensors that the tape has saved in the place of those of the way up. */
function withTensors(kept: readonly (Kept | KeptPool)[], saved: readonly tf.Tensor[]): (Kept | KeptPool)[] {
  const rest = [...saved];
  const next = () => rest.shift() as tf.Tensor;
  return kept.map((one) => {
    const received = one.received && { ...one.received, bits: next() };
    if ("size" in one) return { ...one, received: received as PackedSpikes };
    return { ...one, received, currents: next(), weights: { ...one.weights, kernel: next() } };
  });
}

function tensorsOfWeights({ kernel, bias }: Weights): tf.Tensor[] {
  return bias === undefined ? [kernel] : [kernel, bias];
}

function forward(
  network: Network,
  images: tf.Tensor4D,
  weights: ReadonlyMap<string, Weights>,
  T: number,
  { neuron }: SurrogateNeuron,
): { spikes: tf.Tensor3D; kept: (Kept | KeptPool)[] } {
  const kept: (Kept | KeptPool)[] = [];
  const own = (layer: WeightedLayer) => weights.get(layer.name) as Weights;
  const fire = (layer: WeightedLayer, received: PackedSpikes | undefined, currents: tf.Tensor) => {
    kept.push({ layer, weights: own(layer), received, currents });
    return fireOverTime(currents, T, neuron).spikes;
  };
  const spikes = walk<PackedSpikes>(network.layers, {
    first: (layer) => fire(layer, undefined, tf.expandDims(multiply(FORWARD, layer, own(layer), images))),
    pool({ size }, received) {
      kept.push({ size, received });
      return poolSpikes(received, size);
    },
    weighted: (layer, received) => fire(layer, received, currentsOf(layer, own(layer), received)),
    join: noResidual("Learning on bits"),
  });
  return { spikes: unpackSpikes(spikes) as tf.Tensor3D, kept };
}

function currentsOf(layer: WeightedLayer, { kernel, bias }: Weights, spikes: PackedSpikes): tf.Tensor {
  const added = bias ?? tf.zeros<tf.Rank.R1>([kernel.shape.at(-1) as number]);
  if (layer.type === "conv") return spikeConv(spikes, kernel as tf.Tensor4D, added);
  return spikeLinear(spikes, kernel as tf.Tensor2D, added);
}

/** Gradients of all weights, in the order in which the node is given them, from that of the last layer's spikes. */
function backward(
  images: tf.Tensor4D,
  kept: readonly (Kept | KeptPool)[],
  dy: tf.Tensor3D,
  surrogate: SurrogateNeuron,
): tf.Tensor[] {
  const gradients: tf.Tensor[] = [];
  let dSpikes: tf.Tensor = dy;
  for (const one of [...kept].reverse()) {
    const before = dSpikes;
    if ("size" in one) dSpikes = spikePoolGradient(one.received, one.size, before);
    else {
      const [dCurrents, dBias] = surrogateIfGradients(before, one.currents, surrogate);
      gradients.unshift(
        kernelGradient(images, one, dCurrents),
        ...(one.weights.bias === undefined ? [] : [dBias]),
      );
      if (one.received !== undefined) dSpikes = inputGradient(one.weights.kernel, one.received, dCurrents);
      dCurrents.dispose();
    }
    if (before !== dy && before !== dSpikes) before.dispose();
    tf.dispose(tensorsOf(one));
  }
  return gradients;
}

function kernelGradient(
  images: tf.Tensor4D,
  { layer, weights, received }: Kept,
  dCurrents: tf.Tensor,
): tf.Tensor {
  const [inputs, units] = [weights.kernel.shape.at(-2) as number, weights.kernel.shape.at(-1) as number];
  if (layer.type === "conv") {
    const kernel = weights.kernel as tf.Tensor4D;
    if (received !== undefined) return spikeFilterGradient(received, dCurrents as tf.Tensor5D, kernel);
    return convKernelGradient(images, tf.squeeze(dCurrents, [0]), 1, kernel);
  }
  if (received === undefined) {
    return tf.matMul(tf.reshape(images, [-1, inputs]), tf.reshape(dCurrents, [-1, units]), true);
  }
  const { bits, channels } = flattenSpikes(received); // [T, N, words]
  const pixels = { bits: tf.reshape(bits, [1, -1, 1, 1, bits.shape.at(-1) as number]), channels };
  const filter = tf.reshape(weights.kernel, [1, 1, inputs, units]) as tf.Tensor4D;
  const rows = tf.reshape(dCurrents, [1, -1, 1, 1, units]) as tf.Tensor5D;
  return tf.reshape(spikeFilterGradient(pixels, rows, filter), [inputs, units]);
}

/** Gradient of the received spikes, [T, N, ..., C]. */
function inputGradient(kernel: tf.Tensor, { bits, channels }: PackedSpikes, dCurrents: tf.Tensor): tf.Tensor {
  const [T, N, ...rest] = bits.shape.slice(0, -1) as [number, number, ...number[]];
  const all = [T * N, ...rest, channels];
  const [, , ...shape] = dCurrents.shape as [number, number, ...number[]];
  const dy = tf.reshape(dCurrents, [T * N, ...shape]);
  const gradient = kernel.rank === 4
    ? convInputGradient(dy as tf.Tensor4D, kernel as tf.Tensor4D, 1, all as tf.Tensor4D["shape"])
    : tf.matMul(dy as tf.Tensor2D, kernel as tf.Tensor2D, false, true);
  return tf.reshape(gradient, [T, N, ...rest, channels]);
}
