import { convKernelGradient, paddedConv } from "../../lib/ops/padded_conv.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { assertAllClose } from "../assert_all_close.ts";

// Fails with ONEDNN_MAX_CPU_ISA=AVX2 (deno task test:matrix) where the strided convolution's own gradient is taken.
Deno.test("the gradient for a strided 1 x 1 kernel is a matrix product, for few channels too", () => {
  for (const C of [1, 3, 6, 7, 8, 16]) {
    tf.tidy(() => {
      const x = tf.randomNormal([4, 16, 16, C], 0, 1, "float32", 5) as tf.Tensor4D;
      const kernel = tf.randomNormal([1, 1, C, 8], 0, 1, "float32", 6) as tf.Tensor4D;
      const dy = tf.randomNormal([4, 8, 8, 8], 0, 1, "float32", 7) as tf.Tensor4D;
      const met = tf.stridedSlice(x, [0, 0, 0, 0], [4, 16, 16, C], [1, 2, 2, 1]);
      const expected = tf.matMul(tf.reshape(met, [-1, C]), tf.reshape(dy, [-1, 8]), true).dataSync();
      const automatic = tf.grad((k) => paddedConv(x, k as tf.Tensor4D, 2))(kernel, dy);
      for (const gradient of [automatic, convKernelGradient(x, dy, 2, kernel)]) {
        assertAllClose(gradient.dataSync(), expected, { atol: 1e-4, rtol: 1e-5 });
      }
    });
  }
});
