import { annForward } from "../models/ann.ts";
import { IMAGE } from "../models/fan_out.ts";
import { maxPool } from "../ops/max_pool.ts";
import { relu } from "../ops/relu.ts";
import type { Network } from "../models/parameters.ts";
import { tf } from "../ops/tensorflow.ts";

const DIGITS = 6;

/**
 * The share of values that are not zero in what feeds each layer of the ANN: "image", neurons behind their ReLU (with what a residual
 * adds), and what is left behind each pooling; for images [N, H, W, C]. An ANN whose hardware skips zeros makes this share of a layer's products.
 */
export function activationDensity(network: Network, images: tf.Tensor4D): Record<string, number> {
  const density: Record<string, number> = {};
  tf.tidy(() => {
    density[IMAGE] = nonZero(images);
    let received: tf.Tensor = images;
    annForward(network, images, "frozen", (layer, z) => {
      const next = network.layers.findIndex(({ name }) => name === layer) + 1;
      const own = network.layers[next - 1];
      let x = own?.type === "depthwise" && own.residual ? tf.add(relu(z), received) : relu(z);
      density[layer] = nonZero(x);
      for (const pool of network.layers.slice(next)) {
        if (pool.type !== "maxpool") break;
        x = maxPool(x as tf.Tensor4D, pool.size);
        density[pool.name] = nonZero(x);
      }
      received = x;
    });
  });
  return density;
}

function nonZero(values: tf.Tensor): number {
  const share = tf.mean(tf.cast(tf.notEqual(values, 0), "float32")).dataSync()[0] as number;
  return Number(share.toFixed(DIGITS));
}
