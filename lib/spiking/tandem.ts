import { type Activation, fusedActivation } from "../models/fused_activation.ts";
import type { WeightedLayer } from "../models/network.ts";
import { type Network, normParameters, normStatistics } from "../models/parameters.ts";
import { noResidual, walk } from "../models/walk.ts";
import {
  DENSE,
  foldedWeights,
  foldNorm,
  foldNorms,
  FORWARD,
  multiply,
  spreadBias,
  type Weights,
  weightsOf,
} from "../models/weighted_input.ts";
import {
  batchMoments,
  batchNormTrain,
  frozenNorm,
  moveStatistics,
  NORM_MOMENTUM,
  type NormMode,
} from "../ops/batch_norm.ts";
import type { IfNeuron } from "../ops/if_neuron.ts";
import { usesNativeKernels } from "../ops/kernels.ts";
import { maxPool } from "../ops/max_pool.ts";
import { relu } from "../ops/relu.ts";
import { replaceValue } from "../ops/replace_value.ts";
import { tf } from "../ops/tensorflow.ts";
import type { TANDEM_NORMS } from "./choices.ts";
import { FLOAT_LAYERS, type LayerOperations, PACKED_LAYERS } from "./layer_operations.ts";

const LEARNING = "Learning in tandem";

export interface TandemOptions {
  T: number;
  neuron: IfNeuron;
  norms: typeof TANDEM_NORMS[number];
  /** Share of the newest batch in the running statistics; 0.1 where absent. */
  normMomentum?: number | undefined;
  /**
   * Both networks have the SNN's statistics. In mode "train" the ANN has the batch's own; the SNN has these as well, of mean
   * currents, with norms per step, and the running ones, which have just moved, with norms of counts.
   */
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
 * The SNN of a tandem: IF neurons after every layer but the last. Not differentiable; in mode "train" it moves the norms'
 * running statistics. Images [N, H, W, C] -> the counts that each later layer receives.
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
  options: TandemOptions,
  operations: LayerOperations<Spikes>,
): ReceivedCounts {
  const { T, neuron, mode } = options;
  const folded = mode === "train" ? undefined : foldNorms(network, "snn", stepsOfANorm(options));
  const received = new Map<string, tf.Tensor>();
  const weightsFor = (layer: WeightedLayer) =>
    folded?.get(layer.name) ??
      trainingWeights(network, layer, inputOf(images, received.get(layer.name), options), options);
  const last = network.layers.at(-1) as WeightedLayer;
  const spikes = walk<Spikes>(network.layers.slice(0, -1), {
    first: (layer) => operations.fireConstant(multiply(FORWARD, layer, weightsFor(layer), images), T, neuron),
    pool: ({ size }, spikes) => operations.pool(spikes, size),
    weighted(layer, spikes) {
      received.set(layer.name, operations.counts(spikes));
      return operations.fire(layer, weightsFor(layer), spikes, neuron);
    },
    join: noResidual(LEARNING),
  });
  received.set(last.name, operations.counts(spikes));
  return received;
}

/** Steps whose currents a norm sees as one: all, or one. */
export function stepsOfANorm({ T, norms }: Pick<TandemOptions, "T" | "norms">): number {
  return norms === "of-counts" ? T : 1;
}

/** What a layer multiplies with for its norm: the counts that it receives, or their mean over T; of the first the image. */
function inputOf(images: tf.Tensor, counts: tf.Tensor | undefined, options: TandemOptions): tf.Tensor {
  const steps = stepsOfANorm(options);
  if (counts === undefined) return times(images, steps);
  return steps === options.T ? counts : tf.div(counts, options.T / steps);
}

/** A step's weights while norms train; moves the running statistics. */
function trainingWeights(
  network: Network,
  layer: WeightedLayer,
  input: tf.Tensor,
  options: TandemOptions,
): Weights {
  const { normMomentum = NORM_MOMENTUM } = options;
  const steps = stepsOfANorm(options);
  const weights = weightsOf(network, layer);
  if (!layer.norm) return spreadBias(weights, steps);
  const response = multiply(FORWARD, layer, weights, input);
  const ofBatch = batchMoments(response);
  const rows = response.size / ofBatch.mean.size;
  const running = normStatistics(network, "snn", `${layer.name}.norm`);
  const unbiased = tf.mul(ofBatch.variance, rows / Math.max(rows - 1, 1));
  moveStatistics(running, ofBatch.mean, unbiased, normMomentum);
  const statistics = options.norms === "of-counts" ? running : ofBatch;
  const norm = frozenNorm(normParameters(network, `${layer.name}.norm`), statistics);
  return spreadBias(foldNorm(weights, norm), steps);
}

/**
 * The ANN of a tandem, differentiable in the parameters. Its pre-activation z is the sum of the SNN layer's currents: with the
 * counts n that the layer receives, norm(W n) where norms are of counts, else T norm(W n / T). Its activation
 * max-pool(ReLU(z)) takes the SNN layer's counts as value and keeps its own graph. Moves no statistics.
 * Images [N, H, W, C] -> logits [N, classes], linear in the last counts.
 */
export function tandemForward(
  network: Network,
  images: tf.Tensor4D,
  counts: ReceivedCounts,
  options: TandemOptions & TandemGradients,
): tf.Tensor2D {
  const { T, neuron, mode, stopAtSaturation } = options;
  const factor = T / stepsOfANorm(options);
  const activation = activationOf(network, mode);
  const last = network.layers.at(-1);
  const layerOutput = (layer: WeightedLayer, input: tf.Tensor | undefined) => {
    const x = times(activation(layer, inputOf(images, input, options)), factor);
    return stopAtSaturation && layer !== last ? tf.minimum(x, T * neuron.threshold) : x;
  };
  return walk<tf.Tensor>(network.layers, {
    first: (layer) => layerOutput(layer, undefined),
    pool: ({ size }, x) => maxPool(x as tf.Tensor4D, size),
    weighted: (layer, x) => layerOutput(layer, replaceValue(x, counts.get(layer.name) as tf.Tensor)),
    join: noResidual(LEARNING),
  }) as tf.Tensor2D; // [N, classes]
}

/** Layers with their ReLU, but for the last; their norms have the SNN's statistics, or the batch's own, which are not moved. */
function activationOf(network: Network, mode: NormMode): Activation {
  const folded = foldedWeights(network, "snn", mode);
  const normOf = (layer: string) => ({
    ...normParameters(network, `${layer}.norm`),
    ...(mode === "frozen" ? normStatistics(network, "snn", `${layer}.norm`) : {}),
  });
  const plain: Activation = (layer, input) => {
    const product = multiply(DENSE, layer, folded?.get(layer.name) ?? weightsOf(network, layer), input);
    const response = folded === undefined && layer.norm
      ? batchNormTrain(product, normOf(layer.name))
      : product;
    return layer === network.layers.at(-1) ? response : relu(response);
  };
  return usesNativeKernels() ? fusedActivation({ network, mode, folded, normOf }, plain) : plain;
}

function times(x: tf.Tensor, factor: number): tf.Tensor {
  return factor === 1 ? x : tf.mul(x, factor);
}
