import { autoContrast } from "./auto_contrast.ts";
import { brightness, color, contrast, sharpness } from "./enhance.ts";
import { equalize } from "./equalize.ts";
import { rotate, shearX, shearY, translateX, translateY } from "./geometry.ts";
import { none, type Operation, toned } from "./operation.ts";
import { invert, posterize, solarize, solarizeAdd } from "./tones.ts";

/** Magnitudes lie in [0, 10]. */
export const TIMM_LIMIT = 10;

/**
 * timm's "increasing" set: each operation changes the image more as its magnitude grows.
 * Source: timm.data.auto_augment, checked against its results in test/data/augment/rand_augment_test.ts.
 */
export const TIMM_OPERATIONS = {
  AutoContrast: { argument: none, apply: autoContrast },
  Equalize: { argument: none, apply: equalize },
  Invert: { argument: none, apply: invert },
  Rotate: { argument: signed(30), apply: rotate },
  PosterizeIncreasing: { argument: (magnitude) => 4 - whole(magnitude, 4), apply: toned(posterize) },
  SolarizeIncreasing: { argument: (magnitude) => 256 - whole(magnitude, 256), apply: toned(solarize) },
  SolarizeAdd: { argument: (magnitude) => whole(magnitude, 110), apply: toned(solarizeAdd) },
  ColorIncreasing: { argument: aroundOne, apply: color },
  ContrastIncreasing: { argument: aroundOne, apply: contrast },
  BrightnessIncreasing: { argument: aroundOne, apply: brightness },
  SharpnessIncreasing: { argument: aroundOne, apply: sharpness },
  ShearX: { argument: signed(0.3), apply: shearX },
  ShearY: { argument: signed(0.3), apply: shearY },
  TranslateXRel: { argument: signed(0.45), apply: translateX },
  TranslateYRel: { argument: signed(0.45), apply: translateY },
} as const satisfies Record<string, Operation>;

export type TimmOperationName = keyof typeof TIMM_OPERATIONS;

function signed(limit: number): Operation["argument"] {
  return (magnitude, sign) => sign * (magnitude / TIMM_LIMIT) * limit;
}

function aroundOne(magnitude: number, sign: 1 | -1): number {
  return Math.max(0.1, 1 + sign * (magnitude / TIMM_LIMIT) * 0.9);
}

function whole(magnitude: number, limit: number): number {
  return Math.trunc((magnitude / TIMM_LIMIT) * limit);
}
