import { imageConv, suitsImageConv } from "./image_conv.ts";
import { tf } from "./tensorflow.ts";
import {
  suitsWinograd,
  winogradConv,
  winogradInputGradient,
  winogradKernelGradient,
} from "./winograd_conv.ts";

/**
 * Convolution with (k - 1) / 2 zeros on every side, as PyTorch pads; TensorFlow's "same" pads less at the top and left
 * when the stride is 2. x [N, H, W, C], kernel [k, k, C, F], k odd -> [N, ceil(H / stride), ceil(W / stride), F].
 */
export function paddedConv(x: tf.Tensor4D, kernel: tf.Tensor4D, stride: number): tf.Tensor4D {
  if (stride === 1) return tf.conv2d(x, kernel, 1, "same");
  if (kernel.shape[0] === 1) return tf.conv2d(everyOther(x, stride), kernel, 1, "same");
  return tf.conv2d(tf.pad(x, around(kernel)), kernel, stride, "valid");
}

/** The same by the fastest kernel there is, plus a bias [F] and a ReLU where asked; it is not differentiable. */
export function convForward(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  stride: number,
  { bias, relu = false }: { bias?: tf.Tensor1D | undefined; relu?: boolean } = {},
): tf.Tensor4D {
  const ends = { ...(bias === undefined ? {} : { bias }), relu };
  if (suitsWinograd(kernel, stride)) return winogradConv(x, kernel, ends);
  if (suitsImageConv(kernel, stride)) return imageConv(x, kernel, ends);
  const y = paddedConv(x, kernel, stride);
  const biased = bias === undefined ? y : tf.add<tf.Tensor4D>(y, bias);
  return relu ? tf.relu(biased) : biased;
}

/** Gradient of `paddedConv` for x, from dy [N, H / stride, W / stride, F]. */
export function convInputGradient(
  dy: tf.Tensor4D,
  kernel: tf.Tensor4D,
  stride: number,
  shape: tf.Tensor4D["shape"],
): tf.Tensor4D {
  if (suitsWinograd(kernel, stride)) return winogradInputGradient(dy, kernel);
  if (stride === 1) return tf.conv2dTranspose(dy, kernel, shape, 1, "same");
  const [N, H, W, C] = shape;
  const border = (kernel.shape[0] - 1) / 2;
  const padded = tf.conv2dTranspose(dy, kernel, [N, H + 2 * border, W + 2 * border, C], stride, "valid");
  return tf.slice(padded, [0, border, border, 0], shape);
}

/** Gradient of `paddedConv` for the kernel, of its shape. */
export function convKernelGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  stride: number,
  kernel: tf.Tensor4D,
): tf.Tensor4D {
  if (suitsWinograd(kernel, stride)) return winogradKernelGradient(x, dy);
  if (kernel.shape[0] === 1 && stride > 1) return convKernelGradient(everyOther(x, stride), dy, 1, kernel);
  const [input, pad] = stride === 1 ? [x, "same"] : [tf.pad(x, around(kernel)), "valid"];
  const attributes = { strides: [stride, stride], pad, dataFormat: "NHWC", dimRoundingMode: null };
  return tf.engine().runKernel(
    "Conv2DBackpropFilter",
    { x: input, dy } as unknown as tf.NamedTensorMap,
    { ...attributes, filterShape: kernel.shape } as unknown as Parameters<
      ReturnType<typeof tf.engine>["runKernel"]
    >[2],
  ) as tf.Tensor4D;
}

/**
 * The pixels that a 1 x 1 kernel of this stride meets. oneDNN's gradient of such a strided convolution for its kernel is wrong on
 * processors with AVX2 alone where there are fewer than 8 input channels, and with one thread it writes beside its memory
 * (oneDNN 3.7.3, in TensorFlow 2.21).
 */
function everyOther(x: tf.Tensor4D, stride: number): tf.Tensor4D {
  return tf.avgPool(x, 1, stride, "valid");
}

function around(kernel: tf.Tensor4D): [number, number][] {
  const border = (kernel.shape[0] - 1) / 2;
  return [[0, 0], [border, border], [border, border], [0, 0]];
}
