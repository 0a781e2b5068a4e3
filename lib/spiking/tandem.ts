import { type Network, normParameters } from "../models/parameters.ts";
import {
  DENSE,
  foldNorm,
  foldNorms,
  multiply,
  weightedInput,
  type WeightedLayer,
  type Weights,
  weightsOf,
} from "../models/weighted_input.ts";
import type { NormMode } from "../ops/batch_norm.ts";
import { frozenNorm } from "../ops/batch_norm.ts";
import type { IfNeuron } from "../ops/if_neuron.ts";
import { usesNativeKernels } from "../ops/kernels.ts";
import { replaceValue } from "../ops/replace_value.ts";
import { tf } from "../ops/tensorflow.ts";
import { FLOAT_LAYERS, type LayerOperations, PACKED_LAYERS } from "./layer_operations.ts";

export interface TandemOptions {
  T: number;
  neuron: IfNeuron;
  /** Batch statistics are those of the currents' mean over T, in both networks; frozen ones are the SNN's. */
  mode: NormMode;
}

/** What only the ANN of a tandem needs to know. */
export interface TandemGradients {
  /** Whether gradients stop where z exceeds what T spikes can stand for; else they pass wherever z is above zero. */
  stopAtSaturation: boolean;
}

/** Spike counts over T that a layer receives, [N, ...] after pooling; of every layer but the first, by its name. */
export type ReceivedCounts = ReadonlyMap<string, tf.Tensor>;

/**
 * The SNN of a tandem: IF neurons after every layer but the last. Not differentiable; moves no statistics.
 * Images [N, H, W, C] -> the counts that each later layer receives.
 */
export function tandemCounts(network: Network, images: tf.Tensor4D, options: TandemOptions): ReceivedCounts {
  let counts: ReceivedCounts = new Map();
  tf.tidy(() => {
    counts = usesNativeKernels()
      ? countsOf(network, images, options, PACKED_LAYERS)
      : countsOf(network, images, options, FLOAT_LAYERS);
    return [...counts.values()];
  });
  return counts;
}

/** The same with the given operations. */
export function countsOf<Spikes>(
  network: Network,
  images: tf.Tensor4D,
  { T, neuron, mode }: TandemOptions,
  operations: LayerOperations<Spikes>,
): ReceivedCounts {
  const folded = foldNorms(network, "snn");
  const received = new Map<string, tf.Tensor>();
  let spikes: Spikes | undefined;
  for (const layer of network.layers) {
    if (layer.type === "maxpool") {
      spikes = operations.pool(spikes as Spikes, layer.size);
      continue;
    }
    if (spikes !== undefined) received.set(layer.name, operations.counts(spikes));
    if (layer === network.layers.at(-1)) break;
    const counts = received.get(layer.name);
    const input = counts === undefined ? images : tf.div(counts, T);
    const weights = mode === "train"
      ? batchWeights(network, layer, input)
      : folded.get(layer.name) as Weights;
    spikes = spikes === undefined
      ? operations.fireConstant(multiply(DENSE, layer, weights, images), T, neuron)
      : operations.fire(layer, weights, spikes, neuron);
  }
  return received;
}

/** A layer's weights with its norm inside, by the batch's own statistics of its input's mean over T. */
function batchWeights(network: Network, layer: WeightedLayer, input: tf.Tensor): Weights {
  const weights = weightsOf(network, layer);
  if (!layer.norm) return weights;
  const currents = multiply(DENSE, layer, weights, input);
  const { mean, variance } = tf.moments(currents, currents.shape.slice(0, -1).map((_, axis) => axis));
  const statistics = { mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
  return foldNorm(weights, frozenNorm(normParameters(network, `${layer.name}.norm`), statistics));
}

/**
 * The ANN of a tandem, differentiable in the parameters. Its pre-activation z is the SNN layer's current summed over T,
 * T (W (n / T) + b) with the counts n that the layer receives; its activation max-pool(ReLU(z)) takes the SNN layer's
 * counts as value and keeps its own graph. Images [N, H, W, C] -> logits [N, classes], linear in the last counts.
 */
export function tandemForward(
  network: Network,
  images: tf.Tensor4D,
  counts: ReceivedCounts,
  { T, neuron, mode, stopAtSaturation }: TandemOptions & TandemGradients,
): tf.Tensor2D {
  const activate = (z: tf.Tensor) =>
    stopAtSaturation ? tf.minimum(tf.relu(z), T * neuron.threshold) : tf.relu(z);
  const weighted = weightedInput(network, "snn", mode, DENSE);
  const last = network.layers.at(-1);
  let x: tf.Tensor = images;
  for (const layer of network.layers) {
    if (layer.type === "maxpool") {
      x = tf.maxPool(x as tf.Tensor4D, layer.size, layer.size, "valid");
      continue;
    }
    const received = counts.get(layer.name);
    const input = received === undefined ? x : tf.div(replaceValue(x, received), T);
    const z = tf.mul(weighted(layer, input), T);
    x = layer === last ? z : activate(z);
  }
  return x as tf.Tensor2D; // [N, classes]
}
