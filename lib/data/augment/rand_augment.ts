import { randomInt, type RandomStream } from "../../ops/random.ts";
import { randomChance, randomNormal } from "../../ops/random_distributions.ts";
import type { ImageShape, Interpolation } from "./image.ts";
import type { Operation } from "./operation.ts";
import { TIMM_LIMIT, TIMM_OPERATIONS } from "./timm_operations.ts";
import { TORCHVISION_LIMIT, TORCHVISION_OPERATIONS } from "./torchvision_operations.ts";

/** "rand-m9-mstd0.5-inc1" in timm's notation is magnitude 9, sd 0.5, two operations, each done in half of the cases. */
export interface RandAugmentSettings {
  /** Whose operations, each with its own magnitudes. */
  library: "timm" | "torchvision";
  /** In [0, 10] of timm; the number of a bin, from 0 to 30, of torchvision. */
  magnitude: number;
  /** Every operation draws its magnitude from a normal distribution of this sd, clipped to the library's range. */
  magnitudeSd: number;
  /** Operations drawn for each image, with replacement. */
  operations: number;
  /** The probability of each drawn operation being done. */
  probability: number;
  /** "random" draws bilinear or bicubic for each geometric operation. */
  interpolation: Interpolation | "random";
  /** The colour of what comes from outside: the mean that the recipe normalises by, or black. */
  fill: "mean" | "black";
}

/** A drawn operation. */
export interface Drawn {
  operation: Operation;
  argument: number;
  interpolation: Interpolation;
}

const LIBRARIES: Record<RandAugmentSettings["library"], { all: readonly Operation[]; limit: number }> = {
  timm: { all: Object.values(TIMM_OPERATIONS), limit: TIMM_LIMIT },
  torchvision: { all: Object.values(TORCHVISION_OPERATIONS), limit: TORCHVISION_LIMIT },
};

/** RandAugment (Cubuk et al. 2019, arXiv 1909.13719) as in timm or torchvision. What comes from outside gets the colour `fill`. */
export function randAugment(
  image: Uint8Array,
  shape: ImageShape,
  settings: RandAugmentSettings,
  fill: readonly number[],
  random: RandomStream,
): Uint8Array {
  return drawOperations(settings, shape, random).reduce(
    (changed, { operation, argument, interpolation }) =>
      operation.apply(changed, shape, argument, { interpolation, fill }),
    image,
  );
}

/** The operations that one image gets. */
export function drawOperations(
  settings: RandAugmentSettings,
  shape: ImageShape,
  random: RandomStream,
): Drawn[] {
  const { all, limit } = LIBRARIES[settings.library];
  const chosen = Array.from(
    { length: settings.operations },
    () => all[randomInt(random, 0, all.length - 1)] as Operation,
  );
  return chosen.filter(() => randomChance(random, settings.probability)).map((operation) => {
    const magnitude = settings.magnitude + settings.magnitudeSd * randomNormal(random);
    const sign = randomChance(random, 0.5) ? 1 : -1;
    const argument = operation.argument(Math.max(0, Math.min(magnitude, limit)), sign, shape);
    return { operation, argument, interpolation: drawInterpolation(settings, random) };
  });
}

function drawInterpolation({ interpolation }: RandAugmentSettings, random: RandomStream): Interpolation {
  if (interpolation !== "random") return interpolation;
  return randomChance(random, 0.5) ? "bilinear" : "bicubic";
}
