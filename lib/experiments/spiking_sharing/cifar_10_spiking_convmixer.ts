import type { RunConfig } from "../../runs/config/config.ts";
import type { Profile } from "../../runs/profile.ts";
import type { Experiment } from "../experiment.ts";
import { INFERRED, trainedOver } from "../proxy/cifar_10_comparison.ts";
import { baseOf, SIZES as TEN_LAYERS } from "../proxy/cifar_10_learning_rules.ts";
import type { ContestSize } from "../proxy/learning_rules.ts";
import { reductions } from "../reductions.ts";
import { sharingRows } from "./sharing_rows.ts";

/*
 * Papers:   both, KS (arXiv 2210.14151) and PL (arXiv 2109.13208), and Trockman and Kolter (arXiv 2201.09792); none has this experiment.
 * Question: does a ConvMixer whose neurons spike learn by proxy, and with one kernel for all depthwise and one for all pointwise layers?
 * Recipe:   ours, a demonstration: that of cifar-10-learning-rules, with the rates and norm policies of its ten-layer network.
 * Command:  deno task train cifar-10-spiking-convmixer --profile study
 */

type Mixer = Extract<RunConfig["network"], { name: "spiking-convmixer" }>;

/** A profile: the ten-layer network's, but for what is its own. */
type Size = ContestSize & { network: Mixer };

const MIXER: Mixer = { name: "spiking-convmixer", dim: 128, depth: 8, kernel: 5, patch: 2 };

export const SIZES: Record<Profile, Size> = {
  smoke: { ...TEN_LAYERS.smoke, network: { ...MIXER, dim: 8, depth: 2, kernel: 3, patch: 4 } },
  quick: { ...TEN_LAYERS.quick, network: { ...MIXER, dim: 32, depth: 2, patch: 4 } },
  study: { ...TEN_LAYERS.study, epochs: 10, seeds: [1], network: { ...MIXER, dim: 64, depth: 4 } },
  paper: { ...TEN_LAYERS.paper, network: MIXER },
};

/** Nothing shared, and one kernel for isomorphic layers, each as an ANN and as an SNN by two rules. */
export const cifar10SpikingConvMixer: Experiment = {
  name: "cifar-10-spiking-convmixer",
  title: "A spiking ConvMixer that shares kernels on CIFAR-10",
  reduced: (profile) => reductionOf(SIZES[profile]),
  rows(profile) {
    const { network, ...size } = SIZES[profile];
    const networks = [{ id: "none", network }, {
      id: "all",
      network: { ...network, sharing: "all" } as const,
    }];
    return sharingRows(networks, { ...baseOf(size), network }, size, "surrogate-few-steps");
  },
};

function reductionOf({ network: { dim, depth }, T, proxyThreshold, ...size }: Size): string[] {
  return [
    ...(dim < MIXER.dim || depth < MIXER.depth
      ? [`ConvMixer-${dim}/${depth} instead of ${MIXER.dim}/${MIXER.depth}`]
      : []),
    ...reductions({ ...INFERRED.data, ...INFERRED.training }, size),
    ...(T.spiking < SIZES.paper.T.spiking
      ? [trainedOver({ spiking: T.spiking, surrogate: T.few }, proxyThreshold)]
      : []),
  ];
}
