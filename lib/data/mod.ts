/** Data sets, batches and augmentation: what notebooks import as "weightshare/data". */
export { augmentedBatches, type AugmentedOptions, type AugmentedSource } from "./augmented_batches.ts";
export {
  CONVMIXER_AUTHORS_RECIPE,
  CONVMIXER_RECIPE,
  PLAIN_RECIPE,
  type Recipe,
  RECIPES,
  SE_RESNET_RECIPE,
} from "./augment/recipe.ts";
export {
  type BatchSource,
  type HostBatch,
  orderedBatches,
  shuffledBatches,
  type ShuffleOptions,
} from "./batches.ts";
export { CLASSES, className } from "./classes.ts";
export { type Dataset, slice, type Split } from "./dataset.ts";
export { loadDataset } from "./load.ts";
export { channelPictures, type DataPicture, examplePictures } from "./pictures.ts";
export { prefetched, type PrefetchedSource } from "./workers/prefetched.ts";
