import type { Experiment } from "../experiment.ts";
import { inPyTorch } from "../in_pytorch.ts";
import { fashionMnistLearningRules } from "./fashion_mnist_learning_rules.ts";
import { fashionMnistProxyControls } from "./fashion_mnist_proxy_controls.ts";

const products = "TF32";

/** All but a form of conversion that is not the published one. */
const ROWS = [
  ...["ann", "proxy-k2", "proxy-k1", "no-replacement", "surrogate", "surrogate-few-steps"],
  ...["tandem", "tandem-stop", "conversion"],
];

export const fashionMnistLearningRulesInPyTorch: Experiment = inPyTorch(
  fashionMnistLearningRules,
  { products, rows: ROWS },
);
export const fashionMnistProxyControlsInPyTorch: Experiment = inPyTorch(fashionMnistProxyControls, {
  products,
});
