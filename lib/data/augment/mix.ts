import type { RandomStream } from "../../ops/random.ts";
import { randomBeta, randomChance } from "../../ops/random_distributions.ts";
import { cutmix, drawCutmixBox, partOutside } from "./cutmix.ts";
import type { ImageShape } from "./image.ts";
import { mixup } from "./mixup.ts";

export interface MixSettings {
  /** Alpha of mixup's Beta(alpha, alpha). */
  mixup: number;
  /** Alpha of cutmix's Beta(alpha, alpha). */
  cutmix: number;
  /** The probability that a batch is mixed at all. */
  probability: number;
  /** The probability of cutmix rather than mixup. */
  cutmixShare: number;
}

/** Images [size, H, W, C] and their targets [size, classes]. */
export interface Mixable {
  images: Float32Array;
  targets: Float32Array;
  size: number;
}

/** Mixes a batch with itself backwards, by one draw for the whole batch. Source: timm's batch mode. */
export function mixBatch(
  batch: Mixable,
  shape: ImageShape,
  settings: MixSettings,
  random: RandomStream,
): Mixable {
  const { images, targets, size } = batch;
  if (!randomChance(random, settings.probability)) return batch;
  if (!randomChance(random, settings.cutmixShare)) {
    const part = randomBeta(random, settings.mixup);
    return { images: mixup(images, size, part), targets: mixup(targets, size, part), size };
  }
  const box = drawCutmixBox(shape, randomBeta(random, settings.cutmix), random);
  const mixedTargets = mixup(targets, size, partOutside(shape, box));
  return { images: cutmix(images, size, shape, box), targets: mixedTargets, size };
}
