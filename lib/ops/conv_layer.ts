import {
  batchMoments,
  batchNorm,
  frozenStatistics,
  moveStatistics,
  NORM_EPSILON,
  type NormMode,
  type NormOfBatch,
  statisticsOf,
} from "./batch_norm.ts";
import { runKernel, usesNativeKernels } from "./kernels.ts";
import { node } from "./node.ts";
import { convForward, convInputGradient, convKernelGradient, paddedConv } from "./padded_conv.ts";
import { tf } from "./tensorflow.ts";

export interface ConvOptions {
  /** 1 by default. */
  stride?: number;
  /** Whether the layer ends in a ReLU. */
  relu: boolean;
  /** The input is an image that nothing is learned about, so no gradient goes there. */
  first?: boolean;
}

/**
 * A convolution without bias, its batch norm and, where asked, a ReLU; x [N, H, W, C], kernel [k, k, C, F], k odd.
 * By native kernels it is one node of the tape that keeps its input and the convolution's output.
 */
export function convNorm(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  norm: NormOfBatch,
  mode: NormMode,
  options: ConvOptions,
): tf.Tensor4D {
  const layer = usesNativeKernels() ? convNormNative : convNormReference;
  return layer(x, kernel, norm, mode, options);
}

/** The same in TensorFlow.js, operation by operation. */
export function convNormReference(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  norm: NormOfBatch,
  mode: NormMode,
  { stride = 1, relu }: ConvOptions,
): tf.Tensor4D {
  const y = batchNorm(paddedConv(x, kernel, stride), norm, mode);
  return relu ? tf.relu(y) : y;
}

/** The same as one node. */
export function convNormNative(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  norm: NormOfBatch,
  mode: NormMode,
  { stride = 1, relu, first = false }: ConvOptions,
): tf.Tensor4D {
  const attributes = { epsilon: NORM_EPSILON, relu };
  const forward: Forward = (x, [kernel, gamma, beta]) => {
    const convolved = convForward(x, kernel as tf.Tensor4D, stride);
    const statistics = momentsOf(convolved, norm, mode);
    const inputs = [convolved, ...statistics, gamma as tf.Tensor, beta as tf.Tensor];
    return { y: runKernel("Norm", inputs, 1, attributes)[0] as tf.Tensor4D, saved: inputs };
  };
  const backward: Backward = (dy, _y, saved) =>
    runKernel("NormGradient", [dy, ...saved], 3, { ...attributes, frozen: mode === "frozen" });
  return layerNode(x, [kernel, norm.gamma, norm.beta], { forward, backward, stride, first });
}

/** Mean and biased variance over the batch, which then move the running ones, or the frozen running ones. */
export function momentsOf(x: tf.Tensor4D, norm: NormOfBatch, mode: NormMode): [tf.Tensor1D, tf.Tensor1D] {
  if (mode === "frozen") {
    const { mean, variance } = frozenStatistics(norm);
    return [mean as unknown as tf.Tensor1D, variance as unknown as tf.Tensor1D];
  }
  const { mean, variance } = batchMoments(x);
  const rows = x.size / mean.size;
  const running = statisticsOf(norm);
  if (running !== undefined) moveStatistics(running, mean, tf.mul(variance, rows / Math.max(rows - 1, 1)));
  return [mean, variance];
}

/** relu(convolution of x + bias), stride 1; one node that keeps its input and its output. */
export function convBiasRelu(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  bias: tf.Tensor1D,
  first = false,
): tf.Tensor4D {
  const forward: Forward = (x, [filter, added]) => ({
    y: convForward(x, filter as tf.Tensor4D, 1, { bias: added as tf.Tensor1D, relu: true }),
    saved: [],
  });
  const backward: Backward = (dy, y) => runKernel("BiasReluGradient", [dy, y], 2);
  return layerNode(x, [kernel, bias], { forward, backward, stride: 1, first });
}

type Forward = (x: tf.Tensor4D, parameters: tf.Tensor[]) => { y: tf.Tensor4D; saved: tf.Tensor[] };
/** Gradients for the convolution's output, then for all parameters but its kernel. */
type Backward = (dy: tf.Tensor4D, y: tf.Tensor4D, saved: tf.Tensor[]) => tf.Tensor[];

interface Layer {
  forward: Forward;
  backward: Backward;
  stride: number;
  first: boolean;
}

/** A layer that begins with a convolution, as one node of the tape; `parameters` begin with its kernel. */
function layerNode(x: tf.Tensor4D, parameters: tf.Tensor[], layer: Layer): tf.Tensor4D {
  return node(layer.first ? parameters : [x, ...parameters], {
    forward(...inputs) {
      const given = (layer.first ? x : inputs[0]) as tf.Tensor4D;
      const weights = layer.first ? inputs : inputs.slice(1);
      const { y, saved } = layer.forward(given, weights);
      return { value: y, kept: [y, given, weights[0] as tf.Tensor4D, ...saved] };
    },
    backward: (dy, kept: Kept) => gradients(layer, dy, kept),
  });
}

type Kept = [y: tf.Tensor4D, x: tf.Tensor4D, kernel: tf.Tensor4D, ...saved: tf.Tensor[]];

function gradients({ backward, stride, first }: Layer, dy: tf.Tensor4D, kept: Kept): tf.Tensor[] {
  const [y, x, kernel, ...saved] = kept;
  const [inner, ...rest] = backward(dy, y, saved) as [tf.Tensor4D, ...tf.Tensor[]];
  tf.dispose([dy, y, ...saved]);
  const dKernel = convKernelGradient(x, inner, stride, kernel);
  const dx = first ? [] : [convInputGradient(inner, kernel, stride, x.shape)];
  return [...dx, dKernel, ...rest];
}
