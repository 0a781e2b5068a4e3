import type { Experiment } from "../experiment.ts";
import { inPyTorch } from "../in_pytorch.ts";
import { fashionMnistFoldedTuning } from "./fashion_mnist_folded_tuning.ts";

export const fashionMnistFoldedTuningInPyTorch: Experiment = inPyTorch(fashionMnistFoldedTuning, {
  products: "TF32",
  seeds: [1],
});
