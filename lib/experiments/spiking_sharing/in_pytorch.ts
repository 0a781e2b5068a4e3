import type { Experiment } from "../experiment.ts";
import { inPyTorch } from "../in_pytorch.ts";
import { fashionMnistFolded } from "./fashion_mnist_folded.ts";
import { fashionMnistFoldedTuning } from "./fashion_mnist_folded_tuning.ts";
import { fashionMnistSevenLayerSharing } from "./published_networks.ts";

const products = "TF32";

export const fashionMnistFoldedInPyTorch: Experiment = inPyTorch(fashionMnistFolded, { products });
export const fashionMnistFoldedTuningInPyTorch: Experiment = inPyTorch(fashionMnistFoldedTuning, {
  products,
  seeds: [1],
});
export const fashionMnistSevenLayerSharingInPyTorch: Experiment = inPyTorch(fashionMnistSevenLayerSharing, {
  products,
});
