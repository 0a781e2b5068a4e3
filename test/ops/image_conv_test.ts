import { convForward } from "../../lib/ops/padded_conv.ts";
import { convBiasRelu } from "../../lib/ops/conv_layer.ts";
import { imageConv, suitsImageConv } from "../../lib/ops/image_conv.ts";
import { randomStream, randomUniform } from "../../lib/ops/random.ts";
import { relu } from "../../lib/ops/relu.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import assert from "node:assert/strict";
import { assertAllClose } from "../assert_all_close.ts";

// Sums of up to 100 products of order 0.1, and gradients of as many rows as an image has pixels, in another order.
const CLOSE = { rtol: 1e-5, atol: 1e-5 };

function random(shape: number[], purpose: string): tf.Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return tf.tensor(randomUniform(randomStream(3, "image conv", purpose), size, -0.5, 0.5), shape);
}

Deno.test("the convolution of images equals TensorFlow's, with and without bias and ReLU", () => {
  for (const [C, F, kernel] of [[1, 32, 3], [3, 20, 5], [2, 1, 1], [4, 70, 3]] as const) {
    tf.tidy(() => {
      const x = random([2, 7, 19, C], `x ${C}`) as tf.Tensor4D;
      const filter = random([kernel, kernel, C, F], `filter ${C}`) as tf.Tensor4D;
      const bias = random([F], `bias ${C}`) as tf.Tensor1D;
      const plain = tf.conv2d(x, filter, 1, "same");
      assertAllClose(imageConv(x, filter).dataSync(), plain.dataSync(), CLOSE);
      const ended = tf.relu(tf.add(plain, bias)).dataSync();
      assertAllClose(imageConv(x, filter, { bias, relu: true }).dataSync(), ended, CLOSE);
      assertAllClose(convForward(x, filter, 1, { bias, relu: true }).dataSync(), ended, CLOSE);
    });
  }
});

Deno.test("many channels, even kernels and strides are not for it", () => {
  tf.tidy(() => {
    const suits = (shape: [number, number, number, number], stride = 1) =>
      suitsImageConv(tf.zeros(shape), stride);
    assert.equal(
      suits([3, 3, 16, 8]) || suits([2, 2, 1, 8]) || suits([3, 3, 1, 8], 2) || suits([1, 3, 1, 8]),
      false,
    );
  });
});

Deno.test("a layer of images with bias and ReLU has TensorFlow's gradients", () => {
  tf.tidy(() => {
    const x = random([3, 8, 9, 1], "x") as tf.Tensor4D;
    const filter = random([3, 3, 1, 21], "filter") as tf.Tensor4D;
    const bias = random([21], "bias") as tf.Tensor1D;
    const weights = random([3, 8, 9, 21], "weights");
    const gradients = (layer: (kernel: tf.Tensor4D, bias: tf.Tensor1D) => tf.Tensor) =>
      tf.grads((kernel, bias) => tf.sum(tf.mul(layer(kernel as tf.Tensor4D, bias as tf.Tensor1D), weights)))(
        [filter, bias],
      );
    const expected = gradients((kernel, bias) => tf.relu(tf.add(tf.conv2d(x, kernel, 1, "same"), bias)));
    const found = gradients((kernel, bias) => convBiasRelu(x, kernel, bias, true));
    found.forEach((one, index) => assertAllClose(one.dataSync(), expected[index]?.dataSync() ?? [], CLOSE));
  });
});

Deno.test("ReLU has TensorFlow's values and gradients", () => {
  tf.tidy(() => {
    const x = tf.tensor([-2, -0, 0, 1e-30, 3]);
    const dy = tf.tensor([1, 2, 3, 4, 5]);
    assert.deepEqual(relu(x).dataSync(), tf.relu(x).dataSync());
    assert.deepEqual(tf.grad(relu)(x, tf.clone(dy)).dataSync(), tf.grad((z) => tf.relu(z))(x, dy).dataSync());
  });
});
