import { cutmix, cutSize } from "../lib/data/augment/cutmix.ts";
import { augmentBatch } from "../lib/data/augment/augment_batch.ts";
import { boxAround } from "../lib/data/augment/box.ts";
import { cutout } from "../lib/data/augment/cutout.ts";
import { flip } from "../lib/data/augment/flip.ts";
import { mixup } from "../lib/data/augment/mixup.ts";
import { type Normalisation, normaliser } from "../lib/data/augment/normalise.ts";
import type { Operation } from "../lib/data/augment/operation.ts";
import { randomCrop } from "../lib/data/augment/random_crop.ts";
import { randomErasing } from "../lib/data/augment/random_erasing.ts";
import { CONVMIXER_RECIPE } from "../lib/data/augment/recipe.ts";
import { TIMM_OPERATIONS } from "../lib/data/augment/timm_operations.ts";
import type { Dataset } from "../lib/data/dataset.ts";
import { type RandomStream, randomStream } from "../lib/ops/random.ts";
import { escapeHtml } from "../lib/report/escape.ts";
import { pngUri } from "../lib/report/png.ts";

const SHAPE = [32, 32, 3] as const;
const IMAGE = 32 * 32 * 3;
const PER_CELL = 3;
const SEED = 2022;
const MAGNITUDE = 9;

/** The images of one cell, changed in one way. */
interface Cell {
  label: string;
  images: Uint8Array[];
}

/** An SVG that shows what each operation of the input pipeline does to three images of CIFAR-10. */
export function drawAugmentationSheet(dataset: Dataset): string {
  const originals = chosenImages(dataset);
  return layOut([
    { label: "CIFAR-10", images: originals },
    ...geometryCells(originals),
    ...randAugmentCells(originals),
    ...floatCells(originals),
    wholeRecipe(originals),
  ]);
}

/** The first test image of each of three classes. */
function chosenImages({ test, classes }: Dataset): Uint8Array[] {
  return ["ship", "horse", "bird"].map((name) => {
    const index = test.labels.indexOf(classes.indexOf(name));
    return test.images.slice(index * IMAGE, (index + 1) * IMAGE);
  });
}

/** `change` applied to every image, each with a stream of its own. */
function cell(
  label: string,
  originals: Uint8Array[],
  change: (image: Uint8Array, random: RandomStream) => Uint8Array,
): Cell {
  return { label, images: originals.map((image, index) => change(image, randomStream(SEED, label, index))) };
}

function geometryCells(originals: Uint8Array[]): Cell[] {
  return [
    cell("Random crop, padding 4", originals, (image, random) => randomCrop(image, SHAPE, 4, random)),
    cell("Horizontal flip", originals, (image) => flip(image, SHAPE)),
  ];
}

function randAugmentCells(originals: Uint8Array[]): Cell[] {
  const fill = CONVMIXER_RECIPE.normalisation.mean.map((mean) => Math.round(255 * mean));
  return Object.entries(TIMM_OPERATIONS as Record<string, Operation>).map(([name, operation]) => ({
    label: `${name}, m${MAGNITUDE}`,
    images: originals.map((image, index) => {
      const argument = operation.argument(MAGNITUDE, index === 1 ? -1 : 1, SHAPE);
      return operation.apply(image, SHAPE, argument, { interpolation: "bicubic", fill });
    }),
  }));
}

function floatCells(originals: Uint8Array[]): Cell[] {
  const { normalisation, erasing } = CONVMIXER_RECIPE;
  const normalise = normaliser(normalisation, 3);
  const always = { ...erasing as NonNullable<typeof erasing>, probability: 1 };
  const onFloats =
    (change: (image: Float32Array, random: RandomStream) => Float32Array) =>
    (image: Uint8Array, random: RandomStream) => toBytes(change(normalise(image), random), normalisation);
  const batch = new Float32Array(PER_CELL * IMAGE);
  originals.forEach((image, index) => batch.set(normalise(image), index * IMAGE));
  const box = boxAround(SHAPE, [14, 20], cutSize(SHAPE, 0.7));
  return [
    cell(
      "Random erasing",
      originals,
      onFloats((image, random) => randomErasing(image, SHAPE, always, random)),
    ),
    cell("Cutout 16", originals, onFloats((image, random) => cutout(image, SHAPE, 16, random))),
    { label: "Mixup 0.7, first with last", images: parted(mixup(batch, PER_CELL, 0.7), normalisation) },
    {
      label: "Cutmix 0.7, first with last",
      images: parted(cutmix(batch, PER_CELL, SHAPE, box), normalisation),
    },
  ];
}

function wholeRecipe(originals: Uint8Array[]): Cell {
  const bytes = new Uint8Array(PER_CELL * IMAGE);
  originals.forEach((image, index) => bytes.set(image, index * IMAGE));
  const { images } = augmentBatch({
    images: bytes,
    labels: Uint8Array.of(8, 7, 2),
    indices: Uint32Array.of(0, 1, 2),
    shape: SHAPE,
    classes: 10,
    recipe: CONVMIXER_RECIPE,
    seed: SEED,
    epoch: 1,
    step: 0,
  });
  return { label: "ConvMixer recipe", images: parted(images, CONVMIXER_RECIPE.normalisation) };
}

function parted(batch: Float32Array, normalisation: Normalisation): Uint8Array[] {
  return Array.from(
    { length: PER_CELL },
    (_, index) => toBytes(batch.subarray(index * IMAGE, (index + 1) * IMAGE), normalisation),
  );
}

/** Normalised floats as bytes again. */
function toBytes(image: Float32Array, { mean, sd }: Normalisation): Uint8Array {
  const clamped = Uint8ClampedArray.from(
    image,
    (value, at) => 255 * (value * (sd[at % 3] as number) + (mean[at % 3] as number)),
  );
  return new Uint8Array(clamped.buffer);
}

const COLUMNS = 4;
const SIDE = 66;
const GAP = 16;
const LABEL = 22;

function layOut(cells: Cell[]): string {
  const [width, height] = [PER_CELL * SIDE + GAP, SIDE + LABEL + GAP];
  const drawn = cells.map((entry, index) =>
    drawCell(entry, GAP + (index % COLUMNS) * width, GAP + Math.floor(index / COLUMNS) * height)
  );
  const [full, tall] = [COLUMNS * width + GAP, Math.ceil(cells.length / COLUMNS) * height + GAP];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${full}" height="${tall}" viewBox="0 0 ${full} ${tall}" ` +
    `font-family="sans-serif" font-size="13">`,
    `<rect width="${full}" height="${tall}" fill="#fff"/>`,
    ...drawn,
    "</svg>\n",
  ].join("\n");
}

/** The images beside each other, a white column between them. */
function stripOf(images: Uint8Array[]): [Uint8Array, number] {
  const width = PER_CELL * 33 - 1;
  const strip = new Uint8Array(32 * width * 3).fill(255); // [32, width, 3]
  images.forEach((image, index) => {
    for (let row = 0; row < 32; row++) {
      strip.set(image.subarray(row * 96, (row + 1) * 96), (row * width + index * 33) * 3);
    }
  });
  return [strip, width];
}

function drawCell({ label, images }: Cell, x: number, y: number): string {
  const [strip, width] = stripOf(images);
  return `<text x="${x}" y="${y + 14}" fill="#222">${escapeHtml(label)}</text>\n` +
    `<image x="${x}" y="${y + LABEL}" width="${2 * width}" height="64" ` +
    `style="image-rendering:pixelated" href="${pngUri(strip, [32, width, 3])}"/>`;
}
