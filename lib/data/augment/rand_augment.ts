import { randomInt, type RandomStream } from "../../ops/random.ts";
import { randomChance, randomNormal } from "../../ops/random_distributions.ts";
import type { ImageShape, Interpolation } from "./image.ts";
import { MAGNITUDE_LIMIT, type Operation, OPERATIONS } from "./operations.ts";

/** "rand-m9-mstd0.5-inc1" in timm's notation is magnitude 9, sd 0.5, two operations, each done in half of the cases. */
export interface RandAugmentSettings {
  /** In [0, 10]. */
  magnitude: number;
  /** Every operation draws its magnitude from a normal distribution of this sd, clipped to [0, 10]. */
  magnitudeSd: number;
  /** Operations drawn for each image, with replacement. */
  operations: number;
  /** The probability of each drawn operation being done. */
  probability: number;
  /** "random" draws bilinear or bicubic for each geometric operation. */
  interpolation: Interpolation | "random";
}

/** A drawn operation. */
export interface Drawn {
  operation: Operation;
  argument: number;
  interpolation: Interpolation;
}

const ALL: readonly Operation[] = Object.values(OPERATIONS);

/** RandAugment (Cubuk et al. 2019, arXiv 1909.13719) as in timm. What comes from outside gets the colour `fill`. */
export function randAugment(
  image: Uint8Array,
  shape: ImageShape,
  settings: RandAugmentSettings,
  fill: readonly number[],
  random: RandomStream,
): Uint8Array {
  return drawOperations(settings, random).reduce(
    (changed, { operation, argument, interpolation }) =>
      operation.apply(changed, shape, argument, { interpolation, fill }),
    image,
  );
}

/** The operations that one image gets. */
export function drawOperations(settings: RandAugmentSettings, random: RandomStream): Drawn[] {
  const chosen = Array.from(
    { length: settings.operations },
    () => ALL[randomInt(random, 0, ALL.length - 1)] as Operation,
  );
  return chosen.filter(() => randomChance(random, settings.probability)).map((operation) => {
    const magnitude = settings.magnitude + settings.magnitudeSd * randomNormal(random);
    const sign = randomChance(random, 0.5) ? 1 : -1;
    const argument = operation.argument(Math.max(0, Math.min(magnitude, MAGNITUDE_LIMIT)), sign);
    return { operation, argument, interpolation: drawInterpolation(settings, random) };
  });
}

function drawInterpolation({ interpolation }: RandAugmentSettings, random: RandomStream): Interpolation {
  if (interpolation !== "random") return interpolation;
  return randomChance(random, 0.5) ? "bilinear" : "bicubic";
}
