import { z } from "zod";
import { anyOf } from "../../choice.ts";
import { RECIPES } from "../../data/augment/recipe.ts";
import { DATASET_NAMES } from "../../data/sets/all.ts";
import { OPTIMISERS } from "../../learning/optimisers.ts";
import { RULES } from "../../learning/rules/all.ts";
import { NETWORKS } from "../../models/all.ts";
import { count, MOST, upTo } from "../../numbers.ts";

const data = z.strictObject({
  name: z.enum(DATASET_NAMES),
  /** Training images, taken from the front of the training set. */
  trainImages: count,
  /** Images held out from the end of the training set; above 0 they are evaluated and test images never seen. */
  validationImages: z.int().min(0),
  /** Test images, taken from the front of the test set. */
  testImages: count,
  /** What happens to training images; a recipe also normalises, test images as well. */
  augmentation: z.enum(["none", "crop26-pad1", ...Object.keys(RECIPES) as (keyof typeof RECIPES)[]]),
});

/** Everything that decides a run's numbers, apart from the machine. */
export const runConfig = z.strictObject({
  data,
  network: anyOf(NETWORKS),
  rule: anyOf(RULES),
  optimiser: anyOf(OPTIMISERS),
  training: z.strictObject({
    epochs: upTo(MOST.epochs),
    batch: count,
    /** Batch norm uses batch statistics in so many first epochs, and frozen statistics from then on. */
    freezeNormAfter: z.int().min(0).max(MOST.epochs),
    /** The last epoch is evaluated, and every so many epochs one; every epoch where it is not given. */
    evaluateEvery: upTo(MOST.epochs).optional(),
  }),
  /** How a trained SNN is read out. */
  evaluation: z.strictObject({
    /** After every time step up to this; 2T where `evaluation` is not given. */
    timeSteps: upTo(MOST.timeSteps),
    /** On so many images more, held out from the training set before those of validation: they choose the step to read at. */
    heldOutImages: count.optional(),
  }).optional(),
  seed: count,
});

export type RunConfig = z.infer<typeof runConfig>;
