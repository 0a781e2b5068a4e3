import type { Dataset } from "../../data/dataset.ts";
import { UsageError } from "../../errors.ts";
import { ruleOf } from "../../learning/rules/all.ts";
import { networkOf } from "../../models/all.ts";
import { createClassifier } from "../../models/classifier.ts";
import type { Model } from "../../models/model.ts";
import { createNetwork, type Network } from "../../models/parameters.ts";
import type { RunConfig } from "../config/config.ts";

/** A run's model with its random initial values, for images and classes of the data set. */
export async function assembleModel({ network, rule, seed }: RunConfig, dataset: Dataset): Promise<Model> {
  const entry = networkOf(network);
  if (entry.lives === 1) {
    const seen = { classes: dataset.classes.length, image: dataset.shape };
    return createClassifier(await entry.build(network, seen), seed);
  }
  return twoLives(
    network.name,
    dataset,
    createNetwork(entry.spec(network), seed, ruleOf(rule).initial?.(rule)),
  );
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
