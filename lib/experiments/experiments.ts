import { UsageError } from "../errors.ts";
import type { Experiment } from "./experiment.ts";
import { fashionMnistProxy } from "./fashion_mnist_proxy.ts";
import { fashionMnistProxyTuning } from "./fashion_mnist_proxy_tuning.ts";

/** Every table there is. */
export const EXPERIMENTS: readonly Experiment[] = [fashionMnistProxy, fashionMnistProxyTuning];

/** Finds an experiment by its name. */
export function findExperiment(name: string): Experiment {
  const experiment = EXPERIMENTS.find((known) => known.name === name);
  if (experiment === undefined) {
    const known = EXPERIMENTS.map((one) => one.name).join(", ");
    throw new UsageError(`Looking for the experiment "${name}": it is unknown; use one of ${known}.`);
  }
  return experiment;
}
