import { CONVMIXER_RECIPE, SE_RESNET_RECIPE } from "../../lib/data/augment/recipe.ts";
import { augmentedBatches } from "../../lib/data/augmented_batches.ts";
import { loadDataset } from "../../lib/data/load.ts";
import { toTensors } from "../../lib/learning/tensors.ts";
import { createClassifier } from "../../lib/models/classifier.ts";
import { modelVariables } from "../../lib/models/model.ts";
import type { ConvMixerSpec, SeResnetSpec } from "../spec.ts";
import type { Inputs } from "../workload.ts";
import { classifierOf } from "../workloads/classifier.ts";
import { hostTensors } from "./host_tensors.ts";

/** The first CIFAR-10 batch of the model's recipe, augmented, with its class probabilities, and the initial weights. */
export function kernelSharingInputs(spec: ConvMixerSpec | SeResnetSpec): Inputs {
  const { train, shape, classes } = loadDataset("cifar-10");
  const recipe = spec.kind === "convmixer-step" ? CONVMIXER_RECIPE : SE_RESNET_RECIPE;
  const source = augmentedBatches(train, shape, {
    ...{ batch: spec.batch, seed: spec.seed, classes: classes.length, recipe },
  });
  const batch = toTensors(source.batch(1, 0), shape, classes.length);
  const model = createClassifier(classifierOf(spec), spec.seed);
  return hostTensors([...Object.entries(batch), ...modelVariables(model)]);
}
