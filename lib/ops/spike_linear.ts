import type { Fired, PackedSpikes } from "./spikes.ts";
import { firedOf, type IfNeuron, neuronAttributes } from "./if_neuron.ts";
import { runKernel } from "./kernels.ts";
import { integer, tf } from "./tensorflow.ts";

/**
 * Matrix product of spikes by events: only weight rows that belong to spikes are added.
 * Spikes [T, N, ..., C] with P positions of C channels, weights [P C, F], bias [F] -> currents [T, N, F].
 */
export function spikeLinear(spikes: PackedSpikes, weights: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor3D {
  const attributes = { channels: integer(spikes.channels) };
  return runKernel("SpikeLinear", [spikes.bits, weights, bias], 1, attributes)[0] as tf.Tensor3D;
}

/** The same in TensorFlow.js, on spikes as floats [T, N, ..., C]. */
export function spikeLinearReference(
  spikes: tf.Tensor,
  weights: tf.Tensor2D,
  bias: tf.Tensor1D,
): tf.Tensor3D {
  const [T = 0, N = 0] = spikes.shape;
  const rows = tf.reshape(spikes, [T * N, weights.shape[0]]) as tf.Tensor2D;
  return tf.reshape(tf.add(tf.matMul(rows, weights), bias), [T, N, weights.shape[1]]) as tf.Tensor3D;
}

/** Matrix product and the IF neurons behind it over all T steps in one pass -> spikes [T, N, F]. */
export function spikeLinearFire(
  spikes: PackedSpikes,
  weights: tf.Tensor2D,
  bias: tf.Tensor1D,
  neuron: IfNeuron,
): Fired {
  const [bits, totals] = runKernel("SpikeLinearFire", [spikes.bits, weights, bias], 2, {
    channels: integer(spikes.channels),
    ...neuronAttributes(neuron),
  }) as [tf.Tensor, tf.Tensor];
  return firedOf(bits, totals, weights.shape[1]);
}
