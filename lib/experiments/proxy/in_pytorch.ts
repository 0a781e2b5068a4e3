import type { Experiment } from "../experiment.ts";
import { inPyTorch } from "../in_pytorch.ts";
import { cifar10LearningRules } from "./cifar_10_learning_rules.ts";
import { cifar10LearningRulesTuning } from "./cifar_10_learning_rules_tuning.ts";
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
  { products, rows: ROWS, seeds: [1, 2, 3, 4, 5], fewer: { conversion: [1, 2, 3] } },
);
export const fashionMnistProxyControlsInPyTorch: Experiment = inPyTorch(fashionMnistProxyControls, {
  products,
});
/** All but the control, for its time. */
export const cifar10LearningRulesInPyTorch: Experiment = inPyTorch(cifar10LearningRules, {
  products,
  rows: ["ann", "proxy-k8", "surrogate-few-steps", "tandem", "conversion"],
});
export const cifar10LearningRulesTuningInPyTorch: Experiment = inPyTorch(cifar10LearningRulesTuning, {
  products,
  seeds: [1],
});
