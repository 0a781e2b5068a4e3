import { autoContrast } from "./auto_contrast.ts";
import { brightness, color, contrast, sharpness } from "./enhance.ts";
import { equalize } from "./equalize.ts";
import { moveDown, moveRight, rotate, shearXAboutCentre, shearYAboutCentre } from "./geometry.ts";
import { none, type Operation, toned } from "./operation.ts";
import { posterize, solarize } from "./tones.ts";

/** Magnitudes are the numbers of 31 bins, from 0. */
export const TORCHVISION_LIMIT = 30;

/**
 * torchvision's set, of which an operation draws at the one magnitude of all.
 * Source: torchvision.transforms.RandAugment of 0.11, checked against its results in test/data/augment/rand_augment_test.ts.
 */
export const TORCHVISION_OPERATIONS = {
  Identity: { argument: none, apply: (image) => Uint8Array.from(image) },
  ShearX: { argument: signed(0.3), apply: shearXAboutCentre },
  ShearY: { argument: signed(0.3), apply: shearYAboutCentre },
  TranslateX: {
    argument: (bin, sign, [, width]) => sign * spaced(0, 150 / 331 * width, bin),
    apply: moveRight,
  },
  TranslateY: {
    argument: (bin, sign, [height]) => sign * spaced(0, 150 / 331 * height, bin),
    apply: moveDown,
  },
  Rotate: { argument: signed(30), apply: rotate },
  Brightness: { argument: signed(0.9), apply: aroundOne(brightness) },
  Color: { argument: signed(0.9), apply: aroundOne(color) },
  Contrast: { argument: signed(0.9), apply: aroundOne(contrast) },
  Sharpness: { argument: signed(0.9), apply: aroundOne(sharpness) },
  Posterize: {
    argument: (bin) => 8 - roundHalfToEven(bin / (TORCHVISION_LIMIT / 4)),
    apply: toned(posterize),
  },
  Solarize: { argument: (bin) => spaced(255, 0, bin), apply: toned(solarize) },
  AutoContrast: { argument: none, apply: autoContrast },
  Equalize: { argument: none, apply: equalize },
} as const satisfies Record<string, Operation>;

export type TorchvisionOperationName = keyof typeof TORCHVISION_OPERATIONS;

function signed(limit: number): Operation["argument"] {
  return (bin, sign) => sign * spaced(0, limit, bin);
}

/** The number of a bin among 31 from `from` to `to`, evenly spaced, in single precision, as `torch.linspace` rounds it. */
function spaced(from: number, to: number, bin: number): number {
  const step = Math.fround((Math.fround(to) - Math.fround(from)) / TORCHVISION_LIMIT);
  const fromStart = 2 * bin <= TORCHVISION_LIMIT;
  return Math.fround(fromStart ? from + step * bin : Math.fround(to) - step * (TORCHVISION_LIMIT - bin));
}

function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

function aroundOne(enhance: Operation["apply"]): Operation["apply"] {
  return (image, shape, argument, sampling) => enhance(image, shape, 1 + argument, sampling);
}
