import { runKernel } from "./kernels.ts";
import { integer, tf } from "./tensorflow.ts";

/** Spikes as bits, for the native kernels: 32 channels of the last axis in one word. */
export interface PackedSpikes {
  /** int32 [..., ceil(channels / 32)]; channel c is bit c % 32 of word floor(c / 32), bits after the last are 0. */
  bits: tf.Tensor;
  channels: number;
}

/** What neurons did over T steps. */
export interface Fired {
  /** [T, ...]. */
  spikes: PackedSpikes;
  /** Spikes of all neurons at each step, [T]. */
  totals: Int32Array;
}

/** Floats [..., C], each 0 or 1, as bits; any other value is refused. */
export function packSpikes(spikes: tf.Tensor): PackedSpikes {
  const [bits] = runKernel("PackSpikes", [spikes], 1);
  return { bits: bits as tf.Tensor, channels: spikes.shape.at(-1) as number };
}

/** Bits as floats [..., C]. */
export function unpackSpikes({ bits, channels }: PackedSpikes): tf.Tensor {
  return runKernel("UnpackSpikes", [bits], 1, { channels: integer(channels) })[0] as tf.Tensor;
}

/** Spikes of every neuron over T, [T, ..., C] -> floats [..., C]. */
export function sumSpikes({ bits, channels }: PackedSpikes): tf.Tensor {
  return runKernel("CountSpikes", [bits], 1, { channels: integer(channels) })[0] as tf.Tensor;
}

/** Spikes at each step of [T, ...]. */
export function countSpikes({ bits }: PackedSpikes): number[] {
  const [T = 0] = bits.shape;
  const words = bits.dataSync() as Int32Array;
  const size = words.length / T;
  return Array.from({ length: T }, (_, t) => {
    let total = 0;
    for (let index = t * size; index < (t + 1) * size; index++) total += bitCount(words[index] as number);
    return total;
  });
}

/** Ones among the 32 bits of a word: sums of neighbouring bits, pairs, nibbles and bytes. */
function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Max pooling of [..., H, W, C], window = stride = size; an odd last row or column is dropped. */
export function poolSpikes({ bits, channels }: PackedSpikes, size: number): PackedSpikes {
  const [pooled] = runKernel("SpikePool", [bits], 1, { size: integer(size) });
  return { bits: pooled as tf.Tensor, channels };
}

/** Two trains of spikes, one behind the other on the last axis. */
export function joinSpikes(one: PackedSpikes, other: PackedSpikes): PackedSpikes {
  if (one.channels % 32 !== 0) return packSpikes(tf.concat([unpackSpikes(one), unpackSpikes(other)], -1));
  return { bits: tf.concat([one.bits, other.bits], -1), channels: one.channels + other.channels };
}

/** A filter [k, k, C, F] as it meets spikes of so many channels: twice where two trains of C are joined. */
export function filterOfTrains(filter: tf.Tensor4D, channels: number): tf.Tensor4D {
  return channels === 2 * filter.shape[2] ? tf.concat([filter, filter], 2) : filter;
}

/** Gradient of `poolSpikes` from that of what is left, [..., H / size, W / size, C]; it goes to the first spike of a window, or to its first neuron. */
export function spikePoolGradient({ bits }: PackedSpikes, size: number, dy: tf.Tensor): tf.Tensor {
  return runKernel("SpikePoolGradient", [bits, dy], 1, { size: integer(size) })[0] as tf.Tensor;
}

/** [T, N, ..., C] as [T, N, features]. */
export function flattenSpikes(spikes: PackedSpikes): PackedSpikes {
  const { bits, channels } = spikes;
  const [T, N, ...rest] = bits.shape.slice(0, -1) as [number, number, ...number[]];
  const positions = rest.reduce((product, axis) => product * axis, 1);
  if (positions === 1 || channels % 32 === 0) {
    const words = positions * (bits.shape.at(-1) as number);
    return { bits: tf.reshape(bits, [T, N, words]), channels: positions * channels };
  }
  return packSpikes(tf.reshape(unpackSpikes(spikes), [T, N, positions * channels]));
}
