import assert from "node:assert/strict";
import { assertAllClose } from "./assert_all_close.ts";
import { annForward } from "../lib/models/ann.ts";
import type { Network } from "../lib/models/parameters.ts";
import { tf } from "../lib/ops/tensorflow.ts";

const STEP = 1e-3;
/** Roundings of its own size that a float32 loss may be off by: 1.1 were seen in 1,297 differences of 40 networks, more of sums that cancel. */
const ROUNDINGS = 4;
const UNIT = 2 ** -24;
/** Entries of each parameter that are compared; fewer where it has fewer. */
const ENTRIES = 5;

/** One entry of a parameter, and by how much rounding alone may move the difference. */
interface Difference {
  index: number;
  difference: number;
  noise: number;
}

/**
 * d loss / d parameter by central differences, for the first entries of every parameter that stay away from kinks: no
 * ReLU switches and no pooling window changes its winner within the step, so that the loss is smooth there.
 */
export function centralDifferences(
  network: Network,
  loss: () => tf.Scalar,
  pattern: () => string,
): Map<string, Difference[]> {
  return new Map([...network.parameters].map(([name, { value }]) => {
    const start = Float32Array.from(value.dataSync());
    const at = (index: number, by: number) =>
      tf.tidy(() => {
        const moved = start.slice();
        moved[index] = (moved[index] as number) + by;
        value.assign(tf.tensor(moved, value.shape));
        return { loss: loss().dataSync()[0] as number, pattern: pattern() };
      });
    const smooth: Difference[] = [];
    for (let index = 0; index < start.length && smooth.length < ENTRIES; index++) {
      const [before, after] = [at(index, -STEP), at(index, STEP)];
      if (before.pattern !== after.pattern) continue;
      const size = Math.abs(before.loss) + Math.abs(after.loss);
      smooth.push({
        index,
        difference: (after.loss - before.loss) / (2 * STEP),
        noise: (ROUNDINGS * UNIT * size) / (2 * STEP),
      });
    }
    tf.tidy(() => value.assign(tf.tensor(start, value.shape)));
    assert.ok(smooth.length >= Math.min(2, start.length), `${name} has ${smooth.length} entries off kinks`);
    return [name, smooth];
  }));
}

/** Passes when gradients, by parameter, are the differences within 1 % and what rounding may do. */
export function assertDerivatives(
  gradients: { get(name: string): tf.Tensor | undefined },
  differences: ReadonlyMap<string, readonly Difference[]>,
): void {
  for (const [name, smooth] of differences) {
    const all = (gradients.get(name) as tf.Tensor).dataSync();
    for (const { index, difference, noise } of smooth) {
      assertAllClose([all[index] as number], [difference], { rtol: 1e-2, atol: noise });
    }
  }
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
