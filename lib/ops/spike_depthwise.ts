import { channelwiseConv, WIDEST } from "./depthwise_conv.ts";
import { firedOf, fireOverTime, type IfNeuron, neuronAttributes } from "./if_neuron.ts";
import { runKernel } from "./kernels.ts";
import { type Fired, type PackedSpikes, unpackSpikes } from "./spikes.ts";
import { fireOverTimeReference } from "./surrogate_if.ts";
import { tf } from "./tensorflow.ts";

/**
 * Depthwise convolution of spikes, every channel with a filter of its own, stride 1, "same".
 * Spikes as floats [T, N, H, W, C], filter [k, k, 1, C], k odd, bias [C] -> currents like the spikes.
 */
export function spikeDepthwise(spikes: tf.Tensor5D, filter: tf.Tensor4D, bias: tf.Tensor1D): tf.Tensor5D {
  const [T, N, H, W, C] = spikes.shape;
  const currents = channelwiseConv(tf.reshape(spikes, [T * N, H, W, C]), filter, bias);
  return tf.reshape(currents, spikes.shape);
}

/**
 * The same and the IF neurons behind it over all T steps in one pass, by events: only pixels whose neurons fire add their filters, and
 * currents are never stored. Filters wider than 15 are left to `spikeDepthwise`.
 */
export function spikeDepthwiseFire(
  spikes: PackedSpikes,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  neuron: IfNeuron,
): Fired {
  if (filter.shape[0] > WIDEST) {
    const currents = spikeDepthwise(unpackSpikes(spikes) as tf.Tensor5D, filter, bias);
    return fireOverTime(currents, currents.shape[0], neuron);
  }
  const inputs = [spikes.bits, filter, bias];
  const [bits, totals] = runKernel("SpikeDepthwiseFire", inputs, 2, neuronAttributes(neuron));
  return firedOf(bits as tf.Tensor, totals as tf.Tensor, spikes.channels);
}

/** The same in TensorFlow.js, on spikes as floats [T, N, H, W, C]. */
export function spikeDepthwiseFireReference(
  spikes: tf.Tensor5D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  neuron: IfNeuron,
): tf.Tensor {
  return fireOverTimeReference(spikeDepthwise(spikes, filter, bias), spikes.shape[0], neuron).spikes;
}
