import type { Dataset } from "../../data/dataset.ts";
import { UsageError } from "../../errors.ts";
import { ruleOf } from "../../learning/rules/all.ts";
import { networkOf } from "../../models/all.ts";
import { createClassifier } from "../../models/classifier.ts";
import { countParameters, disposeModel, type Model } from "../../models/model.ts";
import { createNetwork, type Network } from "../../models/parameters.ts";
import type { RunConfig } from "../config/config.ts";

/** A run's model with its random initial values, for images and classes of the data set. */
export async function assembleModel({ network, rule, seed }: RunConfig, dataset: Dataset): Promise<Model> {
  const entry = networkOf(network);
  if (entry.lives === 1) {
    const seen = { classes: dataset.classes.length, image: dataset.shape };
    const model = createClassifier(await entry.build(network, seen), seed);
    return asCounted(network.name, model, entry.parameters(network, seen));
  }
  return twoLives(
    network.name,
    dataset,
    createNetwork(entry.spec(network), seed, ruleOf(rule).initial?.(rule)),
  );
}

/** What a run may cost is judged by the count of an entry, so that must be true. */
function asCounted(name: string, model: Model, counted: number): Model {
  const made = countParameters(model);
  if (made === counted) return model;
  disposeModel(model);
  throw new Error(
    `Building the network ${name}: it has ${made} parameters, but its entry counts ${counted}; ` +
      `correct "parameters" in lib/models/entries.`,
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
      } and has ${network.classes} classes, but ` +
        `${data} has ${shape.join(" x ")} and ${classes.length}; set data.name or network.name.`,
    );
  }
  return network;
}
