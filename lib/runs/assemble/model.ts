import type { Dataset } from "../../data/dataset.ts";
import { UsageError } from "../../errors.ts";
import { createClassifier } from "../../models/classifier.ts";
import { convMixer } from "../../models/convmixer.ts";
import type { Model } from "../../models/model.ts";
import { createNetwork, type Network } from "../../models/parameters.ts";
import { seResNet } from "../../models/se_resnet.ts";
import type { RunConfig } from "../config/config.ts";
import { twoLivesSpec } from "../config/two_lives_spec.ts";

/** A run's model with its random initial values, for images and classes of the data set. */
export function assembleModel({ network, rule, seed }: RunConfig, dataset: Dataset): Model {
  const own = { classes: dataset.classes.length, image: dataset.shape };
  switch (network.name) {
    case "convmixer":
      return createClassifier(convMixer({ ...network, ...own }), seed);
    case "se-resnet":
      return createClassifier(seResNet({ ...network, ...own }), seed);
    default:
      return twoLives(network.name, dataset, createNetwork(twoLivesSpec(network), seed, initialOf(rule)));
  }
}

/** What a rule wants of a network's initial values. */
function initialOf(rule: RunConfig["rule"]): { scaleDeviation?: number | undefined } {
  return rule.name === "tandem" ? { scaleDeviation: rule.scaleDeviation } : {};
}

/** Published networks are made for one size of images and number of classes. */
function twoLives(
  name: string,
  { name: data, shape, classes }: Dataset,
  network: Network,
): Network {
  const { spec } = network;
  if (spec.input.join() !== shape.join() || network.classes !== classes.length) {
    throw new UsageError(
      `Building the network ${name}: it takes images of ${
        spec.input.join(" x ")
      } and tells ${network.classes} classes, but ` +
        `${data} has ${shape.join(" x ")} and ${classes.length}; set data.name or network.name.`,
    );
  }
  return network;
}
