import type { Experiment } from "../experiment.ts";
import { inPyTorch } from "../in_pytorch.ts";
import { fashionMnistLearningRules } from "./fashion_mnist_learning_rules.ts";
import { fashionMnistProxyControls } from "./fashion_mnist_proxy_controls.ts";

const WHOLE = { products: "TF32" } as const;

export const fashionMnistLearningRulesInPyTorch: Experiment = inPyTorch(fashionMnistLearningRules, WHOLE);
export const fashionMnistProxyControlsInPyTorch: Experiment = inPyTorch(fashionMnistProxyControls, WHOLE);
