import type { Experiment } from "../experiment.ts";
import { baseOf } from "../proxy/fashion_mnist_learning_rules.ts";
import { gridOf, SHORT, type Trials } from "../proxy/learning_rules_grid.ts";
import { foldedOf, reductionOf, SIZES } from "./fashion_mnist_folded.ts";

/*
 * Which learning rate and norm policy suit the proxy on the unshared folded network over as many epochs and nearly as many images as it is
 * then trained on: what the short trials of fashion-mnist-folded-tuning prefer collapses there. As many trials, at lower rates; test
 * images are never seen.
 * Command:  deno task train fashion-mnist-folded-proxy-tuning --profile study      (12 runs, about 20 minutes each on one core)
 */

const { epochs } = SIZES.study;
const TRIALS: Trials = { ...SHORT, study: { trainImages: 50_000, validationImages: 5_000, epochs } };

/** The grid behind the proxy's learning rate and norm policy in `fashion-mnist-folded`. */
export const fashionMnistFoldedProxyTuning: Experiment = gridOf({
  name: "fashion-mnist-folded-proxy-tuning",
  title:
    "Learning rates and norm policies of the proxy on the folded network, at full length, on a validation split",
  sizeOf: (profile) => SIZES[profile],
  baseOf: (size) => ({ ...baseOf(size), network: foldedOf(size) }),
  reductionOf,
  tried: ({ targets }) => targets.map((target) => `proxy-k${target}`),
  trials: TRIALS,
  rates: [3e-5, 1e-4, 3e-4, 1e-3],
});
