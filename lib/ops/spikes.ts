import { runKernel } from "./kernels.ts";
import { integer, type tf } from "./tensorflow.ts";

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

/** Max pooling of [..., H, W, C], window = stride = size; an odd last row or column is dropped. */
export function poolSpikes({ bits, channels }: PackedSpikes, size: number): PackedSpikes {
  const [pooled] = runKernel("SpikePool", [bits], 1, { size: integer(size) });
  return { bits: pooled as tf.Tensor, channels };
}
