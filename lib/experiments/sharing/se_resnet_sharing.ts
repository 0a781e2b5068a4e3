import type { RunConfig } from "../../runs/config/config.ts";
import type { Experiment } from "../experiment.ts";
import { follow, type Follows, NEVER_FROZEN } from "../follow.ts";
import type { Profile } from "../../runs/profile.ts";
import { reductions } from "../reductions.ts";

/*
 * Paper:    Azadbakht, Kheradpisheh, Khalfaoui-Hassani, Masquelier, arXiv 2210.14151 (KS).
 * Claim:    SE-ResNets whose stages share their isomorphic kernels lose little accuracy (abstract).
 * Recipe:   the released code's (AlirezaAzadbakht/kernel-sharing), number for number at profile `paper`; it sets no seed.
 * Command:  deno task train se-resnet-cifar-10 --profile PROFILE
 */

export type SeResNetConfig = Extract<RunConfig["network"], { name: "se-resnet" }>;

/** The released recipe, nothing shared. */
export const RELEASED_SE_RESNET = {
  data: {
    name: "cifar-10",
    trainImages: 50_000,
    validationImages: 0,
    testImages: 10_000,
    augmentation: "se-resnet",
  },
  network: { name: "se-resnet", n: 2, stem: 16, widths: [64, 128, 256], sharedStages: [], reduction: 16 },
  rule: { name: "ann" },
  optimiser: {
    name: "sgd",
    learningRate: 0.1,
    schedule: "multistep",
    finalLearningRate: 0,
    milestones: [85, 130, 180],
    factor: 0.1,
    momentum: 0.9,
    weightDecay: 1e-4,
  },
  training: { epochs: 256, batch: 128, freezeNormAfter: 256 },
  seed: 1,
} satisfies RunConfig;

/** What a profile changes in every row. */
interface Size {
  trainImages: number;
  testImages: number;
  base: Pick<SeResNetConfig, "stem" | "widths" | "reduction">;
  /** Blocks of a stage, of the shallowest network to the deepest. */
  blocks: [number, number, number, number, number, number];
  epochs: number;
  batch: number;
  /** Of the two extremes at the smallest depth; other rows take the first. */
  seeds: number[];
}

const NARROW = { stem: 4, widths: [8, 16, 32], reduction: 8 };

const SIZES: Record<Profile, Size> = {
  smoke: {
    ...{ trainImages: 32, testImages: 32, epochs: 1, batch: 32, seeds: [1, 2] },
    ...{ base: { stem: 2, widths: [4, 6, 8], reduction: 4 }, blocks: [2, 3, 4, 5, 6, 7] },
  },
  quick: {
    ...{ trainImages: 1_000, testImages: 500, epochs: 1, batch: 50, seeds: [1] },
    ...{ base: NARROW, blocks: [2, 3, 4, 5, 6, 7] },
  },
  study: {
    ...{ trainImages: 50_000, testImages: 10_000, epochs: 3, batch: 128, seeds: [1, 2, 3] },
    ...{ base: NARROW, blocks: [2, 3, 4, 5, 6, 7] },
  },
  paper: {
    ...{ trainImages: 50_000, testImages: 10_000, epochs: 256, batch: 128, seeds: [1, 2, 3] },
    ...{ base: { stem: 16, widths: [64, 128, 256], reduction: 16 }, blocks: [2, 3, 4, 6, 8, 10] },
  },
};

export const ALL_STAGES = [1, 2, 3];
/** The other subsets of the three stages, tried at the smallest depth. */
const SOME_STAGES = [[3], [2], [2, 3], [1], [1, 3], [1, 2]];

/** Nothing and everything shared at six depths, and every subset of shared stages at the smallest. */
export const seResNetCifar10: Experiment = {
  name: "se-resnet-cifar-10",
  title: "Kernel sharing in SE-ResNet on CIFAR-10",
  reduced: (profile) => profile === "paper" ? [] : reductionOf(SIZES[profile]),
  rows(profile) {
    const size = SIZES[profile];
    const [smallest, ...deeper] = size.blocks;
    const row = (id: string, n: number, sharedStages: number[], seeds = size.seeds.slice(0, 1)) => ({
      id,
      configs: seeds.map((seed) => resize(size, { n, sharedStages }, seed)),
      follows: FOLLOWS,
    });
    return [
      row("none-1", smallest, [], size.seeds),
      row("all-1", smallest, ALL_STAGES, size.seeds),
      ...SOME_STAGES.map((stages) => row(`stages-${stages.join("-")}`, smallest, stages)),
      ...deeper.flatMap((n, index) => [
        row(`none-${index + 2}`, n, []),
        row(`all-${index + 2}`, n, ALL_STAGES),
      ]),
    ];
  },
};

/** Norms never freeze; milestones stand at their share of the released epochs, the first epoch at least. */
const FOLLOWS: Follows = {
  ...NEVER_FROZEN,
  "optimiser.milestones": ({ training: { epochs } }) =>
    RELEASED_SE_RESNET.optimiser.milestones.map((milestone) =>
      Math.max(1, Math.round(milestone * epochs / RELEASED_SE_RESNET.training.epochs))
    ),
};

function resize(
  { trainImages, testImages, base, epochs, batch }: Size,
  network: Pick<SeResNetConfig, "n" | "sharedStages">,
  seed: number,
): RunConfig {
  const config = {
    ...RELEASED_SE_RESNET,
    data: { ...RELEASED_SE_RESNET.data, trainImages, testImages },
    network: { ...RELEASED_SE_RESNET.network, ...base, ...network },
    training: { ...RELEASED_SE_RESNET.training, epochs, batch },
    seed,
  };
  return follow(config, FOLLOWS);
}

function reductionOf({ base: { widths }, blocks, ...size }: Size): string[] {
  const { data, network, training } = RELEASED_SE_RESNET;
  return [
    `widths ${widths.join("/")} instead of ${network.widths.join("/")}`,
    `${blocks.join(", ")} blocks a stage instead of ${SIZES.paper.blocks.join(", ")}`,
    ...reductions({ ...data, ...training }, size),
  ];
}
