import assert from "node:assert/strict";
import { annForward } from "../lib/models/ann.ts";
import type { Network } from "../lib/models/parameters.ts";
import { tf } from "../lib/ops/tensorflow.ts";

const STEP = 1e-3;
/** Entries of each parameter that are compared; fewer where it has fewer. */
const ENTRIES = 5;

/**
 * d loss / d parameter by central differences, for the first entries of every parameter that stay away from kinks: no
 * ReLU switches and no pooling window changes its winner within the step, so that the loss is smooth there.
 */
export function centralDifferences(
  network: Network,
  loss: () => tf.Scalar,
  pattern: () => string,
): Map<string, { index: number; difference: number }[]> {
  return new Map([...network.parameters].map(([name, { value }]) => {
    const start = Float32Array.from(value.dataSync());
    const at = (index: number, by: number) =>
      tf.tidy(() => {
        const moved = start.slice();
        moved[index] = (moved[index] as number) + by;
        value.assign(tf.tensor(moved, value.shape));
        return { loss: loss().dataSync()[0] as number, pattern: pattern() };
      });
    const smooth: { index: number; difference: number }[] = [];
    for (let index = 0; index < start.length && smooth.length < ENTRIES; index++) {
      const [before, after] = [at(index, -STEP), at(index, STEP)];
      if (before.pattern !== after.pattern) continue;
      smooth.push({ index, difference: (after.loss - before.loss) / (2 * STEP) });
    }
    tf.tidy(() => value.assign(tf.tensor(start, value.shape)));
    assert.ok(smooth.length >= Math.min(2, start.length), `${name} has ${smooth.length} entries off kinks`);
    return [name, smooth];
  }));
}

/** Which ReLUs are open and which inputs win their pooling windows. */
export function kinkPattern(network: Network, images: tf.Tensor4D): string {
  const parts: string[] = [];
  annForward(network, images, "frozen", (name, z) => {
    const layer = network.layers.findIndex((one) => one.type !== "maxpool" && one.name === name);
    if (layer === network.layers.length - 1) return;
    parts.push(tf.greater(z, 0).dataSync().join(""));
    const next = network.layers[layer + 1];
    if (next?.type === "maxpool") parts.push(winners(tf.relu(z) as tf.Tensor4D, next.size));
  });
  return parts.join("|");
}

function winners(x: tf.Tensor4D, size: number): string {
  const [N, H, W, C] = x.shape;
  const windows = tf.transpose(tf.reshape(x, [N, H / size, size, W / size, size, C]), [0, 1, 3, 5, 2, 4]);
  return tf.argMax(tf.reshape(windows, [-1, size * size]), 1).dataSync().join("");
}
