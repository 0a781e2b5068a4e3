import { batchNormTrain, NORM_EPSILON, type NormParameters } from "./batch_norm.ts";
import type { Fired, PackedSpikes } from "./spikes.ts";
import { firedOf, type IfNeuron, neuronAttributes } from "./if_neuron.ts";
import { runKernel } from "./kernels.ts";
import { fireOverTimeReference } from "./surrogate_if.ts";
import { type AttributeValue, integer, tf } from "./tensorflow.ts";

/** How the window moves: zeros around the image as in TensorFlow ("same": the odd one at the bottom and right). */
export interface Window {
  stride: number;
  padding: "same" | "valid";
}

const PLAIN: Window = { stride: 1, padding: "same" };

/**
 * Convolution of spikes by events: only filter rows that belong to spikes are added, so the cost is in the spikes.
 * Spikes [T, N, H, W, C], filter [kernel, kernel, C, F], bias [F] -> currents [T, N, out height, out width, F].
 */
export function spikeConv(
  spikes: PackedSpikes,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  window = PLAIN,
): tf.Tensor5D {
  const attributes = windowAttributes(spikes, filter, window);
  return runKernel("SpikeConv", [spikes.bits, filter, bias], 1, attributes)[0] as tf.Tensor5D;
}

/** Gradient of `spikeConv`'s filter from dy [T, N, out height, out width, F], by events as well. */
export function spikeFilterGradient(
  spikes: PackedSpikes,
  dy: tf.Tensor5D,
  filter: tf.Tensor4D,
  window = PLAIN,
): tf.Tensor4D {
  const attributes = windowAttributes(spikes, filter, window);
  const bias = tf.zeros([filter.shape[3]]);
  return runKernel("SpikeFilterGradient", [spikes.bits, filter, bias, dy], 1, attributes)[0] as tf.Tensor4D;
}

/** The same in TensorFlow.js, on spikes as floats [T, N, H, W, C]. */
export function spikeConvReference(
  spikes: tf.Tensor5D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  { stride, padding }: Window = PLAIN,
): tf.Tensor5D {
  const [T, N, height, width, channels] = spikes.shape;
  const merged = tf.reshape(spikes, [T * N, height, width, channels]) as tf.Tensor4D;
  const currents = tf.add(tf.conv2d(merged, filter, stride, padding), bias) as tf.Tensor4D;
  const [, outHeight, outWidth, filters] = currents.shape;
  return tf.reshape(currents, [T, N, outHeight, outWidth, filters]);
}

/**
 * Convolution and the IF neurons behind it over all T steps in one pass; currents are never stored.
 * `periodic` says that every input neuron fires at the multiples of its first spike's step, as IF neurons with hard
 * reset and no initial membrane do under a constant current. The weights of each are then added once, at that step,
 * and a step's current is the sum over its divisors; the kernel refuses trains that are not periodic.
 */
export function spikeConvFire(
  spikes: PackedSpikes,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  neuron: IfNeuron,
  { periodic = false, ...window }: Window & { periodic?: boolean } = PLAIN,
): Fired {
  const [bits, totals] = runKernel("SpikeConvFire", [spikes.bits, filter, bias], 2, {
    ...windowAttributes(spikes, filter, window),
    ...neuronAttributes(neuron),
    periodic,
  }) as [tf.Tensor, tf.Tensor];
  return firedOf(bits, totals, filter.shape[3]);
}

/** What a layer with batch statistics did: its spikes, and mean and biased variance of every step's currents, [T, F]. */
export interface NormFired extends Fired {
  mean: tf.Tensor2D;
  variance: tf.Tensor2D;
}

/**
 * Convolution, a batch norm with the statistics of each step's own currents, and the IF neurons behind it, over all T steps in
 * one pass; moves no statistics. Bias [F]; `periodic` as in `spikeConvFire`.
 */
export function spikeConvNormFire(
  spikes: PackedSpikes,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  { gamma, beta }: NormParameters,
  neuron: IfNeuron,
  { periodic = false, ...window }: Window & { periodic?: boolean } = PLAIN,
): NormFired {
  const inputs = [spikes.bits, filter, bias, gamma, beta];
  const [bits, totals, mean, variance] = runKernel("SpikeConvNormFire", inputs, 4, {
    ...windowAttributes(spikes, filter, window),
    ...neuronAttributes(neuron),
    periodic,
    epsilon: NORM_EPSILON,
  }) as [tf.Tensor, tf.Tensor, tf.Tensor2D, tf.Tensor2D];
  return { ...firedOf(bits, totals, filter.shape[3]), mean, variance };
}

/** The same in TensorFlow.js, on spikes as floats [T, N, H, W, C] -> spikes as floats [T, N, out height, out width, F]. */
export function spikeConvNormFireReference(
  spikes: tf.Tensor5D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  norm: NormParameters,
  neuron: IfNeuron,
  window: Window = PLAIN,
): { spikes: tf.Tensor; mean: tf.Tensor2D; variance: tf.Tensor2D } {
  const steps = tf.unstack(spikeConvReference(spikes, filter, bias, window)) as tf.Tensor4D[];
  const moments = steps.map((step) => tf.moments(step, [0, 1, 2]));
  const currents = tf.stack(steps.map((step) => batchNormTrain(step, norm)));
  return {
    spikes: fireOverTimeReference(currents, spikes.shape[0], neuron).spikes,
    mean: tf.stack(moments.map(({ mean }) => mean)) as tf.Tensor2D,
    variance: tf.stack(moments.map(({ variance }) => variance)) as tf.Tensor2D,
  };
}

function windowAttributes(
  { bits }: PackedSpikes,
  filter: tf.Tensor4D,
  { stride, padding }: Window,
): Record<string, AttributeValue> {
  const [height = 0, width = 0] = bits.shape.slice(2);
  const rows = zerosAround(height, filter.shape[0], stride, padding);
  const columns = zerosAround(width, filter.shape[1], stride, padding);
  return {
    stride: integer(stride),
    top: integer(rows.before),
    bottom: integer(rows.after),
    left: integer(columns.before),
    right: integer(columns.after),
  };
}

function zerosAround(size: number, kernel: number, stride: number, padding: Window["padding"]) {
  if (padding === "valid") return { before: 0, after: 0 };
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0);
  return { before: Math.floor(total / 2), after: Math.ceil(total / 2) };
}
