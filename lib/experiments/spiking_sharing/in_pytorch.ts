import type { Experiment } from "../experiment.ts";
import { inPyTorch, TF32_ON_GPU } from "../in_pytorch.ts";
import { fashionMnistFolded } from "./fashion_mnist_folded.ts";
import { fashionMnistFoldedTuning } from "./fashion_mnist_folded_tuning.ts";
import { fashionMnistSevenLayerSharing } from "./published_networks.ts";

const how = TF32_ON_GPU;

export const fashionMnistFoldedInPyTorch: Experiment = inPyTorch(fashionMnistFolded, { how });
export const fashionMnistFoldedTuningInPyTorch: Experiment = inPyTorch(fashionMnistFoldedTuning, {
  how,
  seeds: [1],
});
export const fashionMnistSevenLayerSharingInPyTorch: Experiment = inPyTorch(fashionMnistSevenLayerSharing, {
  how,
});
