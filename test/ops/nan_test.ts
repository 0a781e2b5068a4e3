import assert from "node:assert/strict";
import { convBiasRelu, convNormNative } from "../../lib/ops/conv_layer.ts";
import { scaleAddReluNative } from "../../lib/ops/scale_add_relu.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { withKernels } from "../with_kernels.ts";

const ones = (channels: number) => tf.ones<tf.Rank.R1>([channels]);

/** Every layer that ends in a ReLU, on x [1, 8, 8, C] and by a kernel of C -> C, 3 x 3. */
const LAYERS: Record<string, (x: tf.Tensor4D, C: number) => tf.Tensor> = {
  "convolution, bias": (x, C) => convBiasRelu(x, tf.ones([3, 3, C, C]), ones(C)),
  "convolution, norm": (x, C) => {
    const norm = {
      gamma: ones(C),
      beta: ones(C),
      mean: tf.variable(ones(C)),
      variance: tf.variable(ones(C)),
    };
    return convNormNative(x, tf.ones([3, 3, C, C]), norm, "frozen", { relu: true });
  },
  "scale, sum": (x, C) => scaleAddReluNative(x, tf.ones([1, C]), x),
};

for (const [name, layer] of Object.entries(LAYERS)) {
  for (const channels of [1, 3, 16, 37]) {
    Deno.test(`NaN passes a native ReLU: ${name}, ${channels} channels`, () => {
      withKernels("native", () =>
        tf.tidy(() => {
          const values = new Float32Array(64 * channels).fill(-1);
          values[20 * channels] = NaN;
          const found = layer(tf.tensor4d(values, [1, 8, 8, channels]), channels).dataSync();
          assert.ok(found.some(Number.isNaN), "NaN became a number");
          assert.ok(found.some(Number.isFinite), "all is NaN");
        }));
    });
  }
}
