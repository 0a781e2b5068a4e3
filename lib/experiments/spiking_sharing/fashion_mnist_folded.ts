import { parametersOf } from "../../models/all.ts";
import { type RunConfig, seenOf } from "../../runs/config/config.ts";
import type { Profile } from "../../runs/profile.ts";
import type { Experiment } from "../experiment.ts";
import { nearestSize } from "../nearest_size.ts";
import { baseOf } from "../proxy/fashion_mnist_learning_rules.ts";
import { RELEASED } from "../proxy/fashion_mnist_proxy.ts";
import type { ContestSize } from "../proxy/learning_rules.ts";
import { reductions } from "../reductions.ts";
import { type Compared, sharingRows } from "./sharing_rows.ts";

/*
 * Papers:   both, KS (arXiv 2210.14151) and PL (arXiv 2109.13208); neither has this experiment.
 * Question: does one kernel for all isomorphic layers cost a spiking network more than its ANN?
 * Recipe:   ours. A first convolution, eight isomorphic ones with a norm each, the sum over all positions, a linear layer; every
 *           rule as in fashion-mnist-learning-rules, with rates and norm policies of its own from fashion-mnist-folded-tuning. Its
 *           rivals share nothing and have about as many parameters as one kernel leaves: as deep but narrow, and shallow but
 *           wider.
 * Command:  deno task train fashion-mnist-folded --profile study      (36 runs, estimated at 6 hours on two cores)
 */

type Folded = Extract<RunConfig["network"], { name: "fashion-folded" }>;

/** What a profile changes in every row. */
export interface Size extends ContestSize {
  base: Pick<Folded, "channels" | "stages">;
}

type Preferred = ContestSize["preferred"];

/** What fashion-mnist-folded-tuning prefers at the profile study, which a test compares with its records. */
const PREFERRED: Preferred = {
  ann: { learningRate: 3e-3, norms: "never" },
  proxy: { learningRate: 1e-3, norms: "settled" },
  surrogate: { learningRate: 1e-3, norms: "settled" },
  tandem: { learningRate: 1e-3, norms: "never" },
};
/** Of runs on some hundred images, for which nothing was tried. */
const UNTRIED: Preferred = { ...PREFERRED, ann: { learningRate: 1e-3, norms: "never" } };

const COMMON = {
  ...{ width: 1, targets: [2], proxyThreshold: RELEASED.rule.threshold },
} as const satisfies Partial<ContestSize>;

const DESIGN = { channels: 32, stages: [2, 3, 3] };

export const SIZES: Record<Profile, Size> = {
  // Four updates: over forty, rounding of other kernels grew through the layers to other answers.
  smoke: {
    ...{ ...COMMON, trainImages: 200, testImages: 50, epochs: 2, batch: 100, seeds: [1, 2] },
    preferred: UNTRIED,
    ...{ T: { spiking: 6, few: 3, conversion: 16 }, timeSteps: 12, heldOutImages: 20 },
    base: { channels: 4, stages: [1, 2, 2] },
  },
  quick: {
    ...{ ...COMMON, trainImages: 2_000, testImages: 500, epochs: 2, batch: 50, seeds: [1] },
    preferred: UNTRIED,
    ...{ T: { spiking: 10, few: 5, conversion: 64 }, timeSteps: 20, heldOutImages: 200 },
    base: { channels: 8, stages: DESIGN.stages },
  },
  study: {
    ...{ ...COMMON, trainImages: 55_000, testImages: 10_000, epochs: 5, batch: 100, seeds: [1, 2, 3] },
    preferred: PREFERRED,
    ...{ T: { spiking: 15, few: 5, conversion: 512 }, timeSteps: 32, heldOutImages: 5_000 },
    base: DESIGN,
  },
  paper: {
    ...{ ...COMMON, trainImages: 60_000, testImages: 10_000, epochs: 100, batch: 100 },
    preferred: PREFERRED,
    ...{ T: { spiking: 15, few: 5, conversion: 512 }, timeSteps: 32, seeds: [1, 2, 3, 4, 5] },
    base: DESIGN,
  },
};

/** The unshared network. */
export function foldedOf({ base }: Pick<Size, "base">): Folded {
  return { name: "fashion-folded", ...base };
}

/** Nothing shared, one kernel for all, and two unshared networks of equal parameters, by three rules. */
export const fashionMnistFolded: Experiment = {
  name: "fashion-mnist-folded",
  title: "Kernel sharing in a folded spiking network on Fashion-MNIST",
  reduced: (profile) => reductionOf(SIZES[profile]),
  rows(profile) {
    const size = SIZES[profile];
    return sharingRows(networks(size), baseOf(size), size);
  },
};

function networks(size: Size): Compared[] {
  const { base } = size;
  const folded = foldedOf(size);
  const shallow = base.stages.map(() => 1);
  const rivals = { "equal-narrow": base.stages, "equal-shallow": shallow };
  return [
    { id: "none", network: folded },
    { id: "all", network: { ...folded, sharing: "all" } },
    ...Object.entries(rivals).map(([id, stages]): Compared => ({
      id,
      network: { ...folded, stages, channels: equalChannels(stages, base) },
    })),
  ];
}

/** The filters at which an unshared network of these stages has about as many parameters as the shared one. */
function equalChannels(stages: number[], base: Size["base"]): number {
  const seen = seenOf(RELEASED);
  const of = (network: Omit<Folded, "name">) => parametersOf({ name: "fashion-folded", ...network }, seen);
  const wanted = of({ ...base, sharing: "all" });
  return nearestSize(wanted, (channels) => of({ channels, stages }));
}

export function reductionOf({ base: { channels, stages }, ...size }: Size): string[] {
  return [
    ...(channels < DESIGN.channels ? [`${channels} instead of ${DESIGN.channels} channels`] : []),
    ...(stages.join() === DESIGN.stages.join()
      ? []
      : [`${stages.join(" + ")} instead of ${DESIGN.stages.join(" + ")} isomorphic convolutions`]),
    ...reductions({ ...RELEASED.data, ...RELEASED.training }, size),
  ];
}
