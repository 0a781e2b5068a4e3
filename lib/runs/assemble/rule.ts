import type { LearningRule } from "../../learning/rule.ts";
import { annRule } from "../../learning/rules/ann.ts";
import { conversionRule } from "../../learning/rules/conversion.ts";
import { noReplacementRule } from "../../learning/rules/no_replacement.ts";
import { proxyRule } from "../../learning/rules/proxy.ts";
import { surrogateRule } from "../../learning/rules/surrogate.ts";
import { tandemRule } from "../../learning/rules/tandem.ts";
import { annForward } from "../../models/ann.ts";
import type { Classifier } from "../../models/classifier.ts";
import type { Model } from "../../models/model.ts";
import type { RunConfig } from "../config/config.ts";

/** A run's learning rule; parseConfig has seen to it that it suits the network. */
export function assembleRule({ rule, network }: RunConfig): LearningRule<Model> {
  switch (rule.name) {
    case "ann":
      return network.name === "convmixer" || network.name === "se-resnet"
        ? annRule<Classifier>((model, images, mode) => model.forward(images, mode))
        : annRule(annForward);
    case "proxy":
      return proxyRule({ ...rule, neuron: rule });
    case "no-replacement":
      return noReplacementRule({ ...rule, neuron: rule });
    case "surrogate":
      return surrogateRule({ ...rule, neuron: rule });
    case "tandem":
      return tandemRule({ ...rule, norms: rule.norms ?? "per-step", neuron: rule });
    case "conversion":
      return conversionRule({ ...rule, pooling: rule.pooling ?? "or", readout: rule.readout ?? "spikes" });
  }
}
