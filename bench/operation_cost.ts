import type { tf } from "../lib/ops/tensorflow.ts";

/** What an operation has to do at least. */
export interface Cost {
  /**
   * Multiplications and additions; of events one addition for each weight that a spike asks for. 0 for an operation that does little
   * with what it reads.
   */
  flops: number;
  /** Of its inputs and outputs, each moved once. */
  bytes: number;
}

type Flops = (inputs: tf.Tensor[], outputs: tf.Tensor[]) => number;

/** Points of a Winograd tile of 4 x 4 outputs. */
const WINOGRAD = { points: 36, tile: 4 };

/** The arithmetic of each operation that has more than its memory's. */
const FLOPS: Record<string, Flops> = {
  BatchMatMulV2: productFlops,
  MatMul: productFlops,
  Conv2D: ([, kernel], [y]) => 2 * sizeOf(y) * sizeOf(kernel, 0, 3),
  Conv2DBackpropInput: ([, kernel, dy]) => 2 * sizeOf(dy) * sizeOf(kernel, 0, 3),
  Conv2DBackpropFilter: ([, , dy], [gradient]) => 2 * sizeOf(dy) * sizeOf(gradient, 0, 3),
  DepthwiseConv2dNative: ([, kernel], [y]) => 2 * sizeOf(y) * sizeOf(kernel, 0, 2),
  WeightshareImageConv: ([, kernel], [y]) => 2 * sizeOf(y) * sizeOf(kernel, 0, 3),
  WeightshareDepthwiseConv: ([, kernel], [y]) => 2 * sizeOf(y) * sizeOf(kernel, 0, 2),
  WeightshareDepthwiseFilterGradient: ([x], [gradient]) => 2 * sizeOf(x) * sizeOf(gradient, 0, 2),
  WeightshareWinogradConv: ([x], [y]) => winogradFlops(x, sizeOf(y, -1)),
  WeightshareWinogradFilterGradient: ([x, dy]) => winogradFlops(x, sizeOf(dy, -1)),
  WeightshareSpikeConv: eventFlops,
  WeightshareSpikeConvFire: eventFlops,
  WeightshareSpikeConvNormFire: eventFlops,
  WeightshareSpikeFilterGradient: eventFlops,
  WeightshareSpikeDepthwiseFire: ([bits, kernel]) => spikesOf(bits) * sizeOf(kernel, 0, 2),
  WeightshareSpikeLinear: ([bits, weights]) => spikesOf(bits) * sizeOf(weights, -1),
  WeightshareSpikeLinearFire: ([bits, weights]) => spikesOf(bits) * sizeOf(weights, -1),
};

/** What an operation has to do at least, from its tensors' shapes and, of events, its spikes. */
export function costOf(name: string, inputs: tf.Tensor[], outputs: tf.Tensor[]): Cost {
  const elements = [...inputs, ...outputs].reduce((sum, { size }) => sum + size, 0);
  return { flops: FLOPS[name]?.(inputs, outputs) ?? 0, bytes: 4 * elements };
}

/** The product of a tensor's sizes from an axis to another. */
function sizeOf(tensor: tf.Tensor | undefined, from = 0, to?: number): number {
  return (tensor as tf.Tensor).shape.slice(from, to).reduce((product, size) => product * size, 1);
}

/** Of matrices, or batches of them, either one transposed or not. */
function productFlops([left]: tf.Tensor[], [product]: tf.Tensor[]): number {
  return 2 * sizeOf(product) * sizeOf(left, -2) / sizeOf(product, -2, -1);
}

/** Multiplications and additions at the points; the transforms to and from them are left out. */
function winogradFlops(images: tf.Tensor | undefined, filters: number): number {
  const [N, H, W, C] = (images as tf.Tensor4D).shape;
  return 2 * WINOGRAD.points * N * Math.ceil(H / WINOGRAD.tile) * Math.ceil(W / WINOGRAD.tile) * C * filters;
}

/** Bits [T, N, H, W, words], filter [k, k, C, F]: every spike adds its rows of the filter to the outputs that it reaches. */
function eventFlops(inputs: tf.Tensor[], outputs: tf.Tensor[]): number {
  const [bits, filter, , dy] = inputs as [tf.Tensor, tf.Tensor4D, tf.Tensor, tf.Tensor?];
  const pixels = sizeOf(dy ?? outputs[0], 2, 4) / sizeOf(bits, 2, 4);
  const [height, width, , F] = filter.shape;
  return spikesOf(bits) * height * width * F * pixels;
}

/** The bits that are set. */
function spikesOf(bits: tf.Tensor | undefined): number {
  let count = 0;
  for (let word of (bits as tf.Tensor).dataSync<"int32">()) {
    for (; word !== 0; word &= word - 1) count++;
  }
  return count;
}
