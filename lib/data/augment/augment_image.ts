import type { RandomStream } from "../../ops/random.ts";
import { cutout } from "./cutout.ts";
import { randomFlip } from "./flip.ts";
import type { ImageShape } from "./image.ts";
import type { Normaliser } from "./normalise.ts";
import { randAugment } from "./rand_augment.ts";
import { randomCrop } from "./random_crop.ts";
import { randomErasing } from "./random_erasing.ts";
import type { Recipe } from "./recipe.ts";

/** One image through the recipe, up to mixing: bytes in, normalised floats out. */
export function augmentImage(
  image: Uint8Array,
  shape: ImageShape,
  recipe: Recipe,
  normalise: Normaliser,
  random: RandomStream,
): Float32Array {
  const changed = changeBytes(image, shape, recipe, random);
  const normalised = normalise(changed);
  const erased = recipe.erasing === null
    ? normalised
    : randomErasing(normalised, shape, recipe.erasing, random);
  return recipe.cutout === 0 ? erased : cutout(erased, shape, recipe.cutout, random);
}

function changeBytes(
  image: Uint8Array,
  shape: ImageShape,
  { cropPadding, flip, randAugment: settings, normalisation }: Recipe,
  random: RandomStream,
): Uint8Array {
  const cropped = cropPadding === 0 ? image : randomCrop(image, shape, cropPadding, random);
  const flipped = randomFlip(cropped, shape, flip, random);
  if (settings === null) return flipped;
  const fill = normalisation.mean.map((mean) =>
    settings.fill === "black" ? 0 : Math.min(255, Math.round(255 * mean))
  );
  return randAugment(flipped, shape, settings, fill, random);
}
