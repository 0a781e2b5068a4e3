import type { Experiment } from "../experiment.ts";
import { inPyTorch, TF32_ON_GPU } from "../in_pytorch.ts";
import { cifar10LearningRules } from "./cifar_10_learning_rules.ts";
import { cifar10LearningRulesTuning } from "./cifar_10_learning_rules_tuning.ts";
import { fashionMnistLearningRules } from "./fashion_mnist_learning_rules.ts";
import { fashionMnistProxyControls } from "./fashion_mnist_proxy_controls.ts";

const how = TF32_ON_GPU;

/** All but a form of conversion that is not the published one. */
const ROWS = [
  ...["ann", "proxy-k2", "proxy-k1", "no-replacement", "surrogate", "surrogate-few-steps"],
  ...["tandem", "tandem-stop", "conversion"],
];

export const fashionMnistLearningRulesInPyTorch: Experiment = inPyTorch(
  fashionMnistLearningRules,
  {
    // The ANNs of seeds 4 and 5, from which networks are converted, are a CPU's.
    how: "with TF32 products on a GPU, or in single precision on a CPU",
    ...{ rows: ROWS, seeds: [1, 2, 3, 4, 5] },
  },
);
export const fashionMnistProxyControlsInPyTorch: Experiment = inPyTorch(fashionMnistProxyControls, {
  how,
});
/** All but the control, for its time. */
export const cifar10LearningRulesInPyTorch: Experiment = inPyTorch(cifar10LearningRules, {
  how,
  rows: ["ann", "proxy-k8", "surrogate-few-steps", "tandem", "conversion"],
});
export const cifar10LearningRulesTuningInPyTorch: Experiment = inPyTorch(cifar10LearningRulesTuning, {
  how,
  seeds: [1],
});
