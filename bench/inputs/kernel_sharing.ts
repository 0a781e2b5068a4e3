import { randomStream, randomUniform } from "../../lib/ops/random.ts";
import type { ConvMixerSpec, SeResnetSpec } from "../spec.ts";
import type { Inputs } from "../workload.ts";

const PIXELS = 32 * 32 * 3;
const CLASSES = 10;

/**
 * A batch as it reaches a kernel-sharing model: images [N, 32, 32, 3] of mean 0 and variance 1 (dense arithmetic takes
 * the same time whatever they show) and class probabilities [N, 10], label-smoothed by 0.1 for ConvMixer.
 */
export function kernelSharingInputs({ kind, batch, seed }: ConvMixerSpec | SeResnetSpec): Inputs {
  const bound = Math.sqrt(3); // of a uniform distribution with variance 1
  const images = randomUniform(randomStream(seed, "bench", "images"), batch * PIXELS, -bound, bound);
  const smoothing = kind === "convmixer-step" ? 0.1 : 0;
  const targets = new Float32Array(batch * CLASSES).fill(smoothing / CLASSES);
  for (let row = 0; row < batch; row++) {
    targets[row * CLASSES + row % CLASSES] = 1 - smoothing + smoothing / CLASSES;
  }
  return new Map([
    ["images", { shape: [batch, 32, 32, 3], values: images }],
    ["targets", { shape: [batch, CLASSES], values: targets }],
  ]);
}
