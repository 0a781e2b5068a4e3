import { cifar10Comparison } from "./proxy/cifar_10_comparison.ts";
import { cifar10ComparisonTuning } from "./proxy/cifar_10_comparison_tuning.ts";
import { cifar10LearningRules } from "./proxy/cifar_10_learning_rules.ts";
import { cifar10LearningRulesTuning } from "./proxy/cifar_10_learning_rules_tuning.ts";
import { cifar10ProxyTuning } from "./proxy/cifar_10_proxy_tuning.ts";
import { convMixerAuthorsCifar10 } from "./sharing/convmixer_authors.ts";
import {
  convMixerCropFlipCifar10,
  convMixerCropFlipCifar100,
  convMixerFewImages,
  convMixerPlain,
} from "./sharing/convmixer_regimes.ts";
import {
  convMixerCropFlipCifar100InPyTorch,
  convMixerCropFlipCifar10InPyTorch,
  convMixerFewImagesInPyTorch,
  convMixerPlainInPyTorch,
  seResNetFullWidthCifar10InPyTorch,
} from "./sharing/in_pytorch.ts";
import { seResNetFullWidthCifar10, seResNetFullWidthCifar100 } from "./sharing/se_resnet_full_width.ts";
import { convMixerCifar10, convMixerCifar100 } from "./sharing/convmixer_sharing.ts";
import { cifar10SpikingConvMixer } from "./spiking_sharing/cifar_10_spiking_convmixer.ts";
import { fashionMnistFolded } from "./spiking_sharing/fashion_mnist_folded.ts";
import { fashionMnistFoldedProxyTuning } from "./spiking_sharing/fashion_mnist_folded_proxy_tuning.ts";
import { fashionMnistFoldedTuning } from "./spiking_sharing/fashion_mnist_folded_tuning.ts";
import {
  fashionMnistFoldedInPyTorch,
  fashionMnistFoldedTuningInPyTorch,
  fashionMnistSevenLayerSharingInPyTorch,
} from "./spiking_sharing/in_pytorch.ts";
import {
  cifar10TenLayerSharing,
  fashionMnistSevenLayerSharing,
} from "./spiking_sharing/published_networks.ts";
import { UsageError } from "../errors.ts";
import type { Experiment } from "./experiment.ts";
import { fashionMnistComparison, fashionMnistSixLayerComparison } from "./proxy/fashion_mnist_comparison.ts";
import { fashionMnistComparisonTuning } from "./proxy/fashion_mnist_comparison_tuning.ts";
import { fashionMnistLearningRules } from "./proxy/fashion_mnist_learning_rules.ts";
import { fashionMnistLearningRulesTuning } from "./proxy/fashion_mnist_learning_rules_tuning.ts";
import { fashionMnistProxy } from "./proxy/fashion_mnist_proxy.ts";
import { fashionMnistProxyControls } from "./proxy/fashion_mnist_proxy_controls.ts";
import { fashionMnistProxyTuning } from "./proxy/fashion_mnist_proxy_tuning.ts";
import {
  cifar10LearningRulesInPyTorch,
  cifar10LearningRulesTuningInPyTorch,
  fashionMnistLearningRulesInPyTorch,
  fashionMnistProxyControlsInPyTorch,
} from "./proxy/in_pytorch.ts";
import { seResNetCifar10 } from "./sharing/se_resnet_sharing.ts";

/** Every table there is. */
export const EXPERIMENTS: readonly Experiment[] = [
  fashionMnistProxy,
  fashionMnistProxyTuning,
  convMixerCifar10,
  convMixerCifar100,
  seResNetCifar10,
  convMixerFewImages,
  convMixerPlain,
  convMixerCropFlipCifar10,
  convMixerCropFlipCifar100,
  convMixerAuthorsCifar10,
  seResNetFullWidthCifar10,
  seResNetFullWidthCifar100,
  fashionMnistComparison,
  fashionMnistSixLayerComparison,
  fashionMnistComparisonTuning,
  cifar10Comparison,
  cifar10ComparisonTuning,
  cifar10ProxyTuning,
  fashionMnistLearningRules,
  fashionMnistLearningRulesTuning,
  cifar10LearningRules,
  cifar10LearningRulesTuning,
  fashionMnistProxyControls,
  fashionMnistFolded,
  fashionMnistFoldedTuning,
  fashionMnistFoldedProxyTuning,
  fashionMnistSevenLayerSharing,
  cifar10TenLayerSharing,
  cifar10SpikingConvMixer,
  convMixerFewImagesInPyTorch,
  convMixerPlainInPyTorch,
  convMixerCropFlipCifar10InPyTorch,
  convMixerCropFlipCifar100InPyTorch,
  seResNetFullWidthCifar10InPyTorch,
  fashionMnistLearningRulesInPyTorch,
  fashionMnistProxyControlsInPyTorch,
  cifar10LearningRulesInPyTorch,
  cifar10LearningRulesTuningInPyTorch,
  fashionMnistFoldedInPyTorch,
  fashionMnistFoldedTuningInPyTorch,
  fashionMnistSevenLayerSharingInPyTorch,
];

/** Finds an experiment by its name. */
export function findExperiment(name: string): Experiment {
  const experiment = EXPERIMENTS.find((known) => known.name === name);
  if (experiment === undefined) {
    const known = EXPERIMENTS.map((one) => one.name).join(", ");
    throw new UsageError(`Looking for the experiment "${name}": it is unknown; use one of ${known}.`);
  }
  return experiment;
}
