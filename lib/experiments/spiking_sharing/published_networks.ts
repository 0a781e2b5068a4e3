import { parametersOf } from "../../models/all.ts";
import { type RunConfig, seenOf } from "../../runs/config/config.ts";
import type { Profile } from "../../runs/profile.ts";
import type { Experiment } from "../experiment.ts";
import { nearestSize } from "../nearest_size.ts";
import * as cifar from "../proxy/cifar_10_learning_rules.ts";
import * as fashion from "../proxy/fashion_mnist_learning_rules.ts";
import { type Compared, sharingRows } from "./sharing_rows.ts";

/*
 * Papers:   both, KS (arXiv 2210.14151) and PL (arXiv 2109.13208); neither has this experiment.
 * Question: what does one kernel for the isomorphic layers of the published spiking networks cost: for the second and third
 *           convolution of 128C3-128C3-P2-128C3-P2-2560-1152-256-10, and for the third to the fifth of
 *           256C3-512C3-P2-512C3-512C3-512C3-P2-256C3-1024-512-256-10?
 * Recipe:   that of fashion-mnist-learning-rules and of cifar-10-learning-rules. Sharing takes 0.8 % of the parameters of the first
 *           network, whose linear layers have nearly all, so that its unshared twin is its rival too; of the second 18 %.
 * Command:  deno task train fashion-mnist-seven-layer-sharing --profile study
 */

/** The seven-layer network, unshared and with one kernel for its second and third convolution. */
export const fashionMnistSevenLayerSharing: Experiment = {
  name: "fashion-mnist-seven-layer-sharing",
  title: "Kernel sharing in the seven-layer spiking network on Fashion-MNIST",
  reduced: fashion.fashionMnistLearningRules.reduced,
  rows(profile) {
    const size = { ...fashion.SIZES[profile], targets: [2] };
    const base = fashion.baseOf(size);
    return sharingRows(twins(base.network), base, size);
  },
};

/** The ten-layer network, unshared, with one kernel for its three isomorphic convolutions, and narrower. */
export const cifar10TenLayerSharing: Experiment = {
  name: "cifar-10-ten-layer-sharing",
  title: "Kernel sharing in the ten-layer spiking network on CIFAR-10",
  reduced: cifar.cifar10LearningRules.reduced,
  rows(profile: Profile) {
    const size = cifar.SIZES[profile];
    const base = cifar.baseOf(size);
    return sharingRows([...twins(base.network), narrow(base)], base, size, "surrogate-few-steps");
  },
};

type Published = Extract<RunConfig["network"], { width: number }>;

function twins(network: RunConfig["network"]): Compared[] {
  return [{ id: "none", network }, { id: "all", network: { ...network as Published, sharing: "all" } }];
}

/** Steps of the width that are tried. */
const STEPS = 1024;

/** The unshared network as narrow as gives it about as many parameters as the shared one has. */
function narrow({ network, data }: RunConfig): Compared {
  const published = network as Published;
  const of = (settings: Published) => parametersOf(settings, seenOf({ data }));
  const wanted = of({ ...published, sharing: "all" });
  const width = nearestSize(wanted, (size) => of({ ...published, width: size / STEPS })) / STEPS;
  return { id: "equal-narrow", network: { ...published, width } };
}
