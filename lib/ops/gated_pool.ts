import { runKernel } from "./kernels.ts";
import type { PackedSpikes } from "./spikes.ts";
import { integer, tf } from "./tensorflow.ts";

/** What a gated pooling layer did, in one step or in T. */
export interface GatedPool<Spikes> {
  /** [..., H / size, W / size, C]; an odd last row or column is dropped. */
  pooled: Spikes;
  /** Spikes so far of every neuron by window, [N, H / size, W / size, size^2, C]. */
  counts: tf.Tensor;
}

/**
 * Gated max pooling over T steps, window = stride = size: at every step a window passes the spike, or the silence, of the neuron
 * that has fired most so far, this step included; of several the first. So its rate is that of its most active neuron, where the
 * maximum of spikes at every step fires oftener than any. Spikes [T, N, H, W, C]; `counts` are those before the first step.
 * Source: Rueckauer et al., Frontiers in Neuroscience 11 (2017) 682, "spiking max-pooling".
 */
export function gatedPool(
  { bits, channels }: PackedSpikes,
  size: number,
  counts: tf.Tensor = tf.tensor1d([]),
): GatedPool<PackedSpikes> {
  const attributes = { size: integer(size), channels: integer(channels) };
  const [pooled, after] = runKernel("GatedPool", [bits, counts], 2, attributes) as [tf.Tensor, tf.Tensor];
  return { pooled: { bits: pooled, channels }, counts: after };
}

/** One step of the same in TensorFlow.js, on spikes as floats [N, H, W, C]. */
export function gatedPoolReference(
  spikes: tf.Tensor4D,
  size: number,
  before?: tf.Tensor,
): GatedPool<tf.Tensor4D> {
  const [N, H, W, C] = spikes.shape;
  const [height, width] = [Math.floor(H / size), Math.floor(W / size)];
  const fired = windowsOf(spikes, size); // [windows, size^2, C]
  const shape = [N, height, width, size * size, C];
  const counts = before === undefined ? fired : tf.add(tf.reshape(before, fired.shape), fired);
  const largest = tf.cast(tf.equal(counts, tf.max(counts, 1, true)), "float32");
  const passes = tf.mul(largest, tf.cast(tf.equal(tf.cumsum(largest, 1), 1), "float32")); // the first of them
  const pooled = tf.reshape(tf.sum(tf.mul(fired, passes), 1), [N, height, width, C]) as tf.Tensor4D;
  return { pooled, counts: tf.reshape(counts, shape) };
}

/** [N, H, W, C] -> [windows, size^2, C]. */
function windowsOf(spikes: tf.Tensor4D, size: number): tf.Tensor3D {
  const [N, H, W, C] = spikes.shape;
  const [height, width] = [Math.floor(H / size), Math.floor(W / size)];
  const covered = tf.slice(spikes, [0, 0, 0, 0], [N, height * size, width * size, C]);
  const rows = tf.reshape(covered, [N * height, size, width, size * C]);
  return tf.reshape(tf.transpose(rows, [0, 2, 1, 3]), [N * height * width, size * size, C]);
}
