import type { DatasetName } from "../../data/sets/all.ts";
import type { RunConfig } from "../../runs/config/config.ts";
import type { Experiment } from "../experiment.ts";
import { follow, NEVER_FROZEN } from "../follow.ts";
import type { Profile } from "../../runs/profile.ts";
import { type Amounts, reductions } from "../reductions.ts";
import { ALL_STAGES, RELEASED_SE_RESNET, type SeResNetConfig } from "./se_resnet_sharing.ts";

/*
 * Paper:    Azadbakht, Kheradpisheh, Khalfaoui-Hassani, Masquelier, arXiv 2210.14151 (KS).
 * Claim:    SE-ResNets whose stages share their isomorphic kernels lose little accuracy (abstract).
 * Recipe:   the released one but for a cosine from 0.1 to 0 over 15 of 256 epochs, at the published widths and n = 2 (29
 *           hours as released). The rival "equal-single" has one block a stage, nothing shared, and about as many parameters
 *           (1.21 M) as n = 2 with all stages shared (1.22 M). Sign and order, not the paper's numbers.
 * Command:  deno task train se-resnet-full-width-cifar-10 --profile study      (3 runs, about 85 minutes each on one core)
 */

interface Size extends Amounts {
  base: Pick<SeResNetConfig, "stem" | "widths" | "reduction">;
  seeds: number[];
}

const { network, data, training } = RELEASED_SE_RESNET;
const PUBLISHED = { stem: network.stem, widths: network.widths, reduction: network.reduction };
const TINY = { stem: 2, widths: [4, 6, 8], reduction: 4 };
const ALL_IMAGES = { trainImages: 50_000, testImages: 10_000, batch: 128, base: PUBLISHED };

const SIZES: Record<Profile, Size> = {
  smoke: { trainImages: 64, testImages: 64, epochs: 2, batch: 32, seeds: [1, 2], base: TINY },
  quick: { trainImages: 1_000, testImages: 500, epochs: 1, batch: 50, seeds: [1], base: TINY },
  study: { ...ALL_IMAGES, epochs: 15, seeds: [1] },
  paper: { ...ALL_IMAGES, epochs: training.epochs, seeds: [1, 2, 3] },
};

const ROWS: { id: string; network: Pick<SeResNetConfig, "n" | "sharedStages"> }[] = [
  { id: "none", network: { n: 2, sharedStages: [] } },
  { id: "all", network: { n: 2, sharedStages: ALL_STAGES } },
  { id: "equal-single", network: { n: 1, sharedStages: [] } },
];

function fullWidth(name: DatasetName, title: string): Experiment {
  return {
    name: `se-resnet-full-width-${name}`,
    title: `Kernel sharing in SE-ResNet of the published widths on ${title}`,
    reduced: (profile) => [
      ...(profile === "study" || profile === "paper"
        ? []
        : [`widths ${SIZES[profile].base.widths.join("/")} instead of ${PUBLISHED.widths.join("/")}`]),
      ...reductions({ ...data, ...training }, SIZES[profile]),
      "a cosine learning rate instead of the released steps",
    ],
    rows: (profile) =>
      ROWS.map((row) => ({
        id: row.id,
        configs: SIZES[profile].seeds.map((seed) => configOf(name, SIZES[profile], row.network, seed)),
        follows: NEVER_FROZEN,
      })),
  };
}

function configOf(
  name: DatasetName,
  { trainImages, testImages, epochs, batch, base }: Size,
  blocks: Pick<SeResNetConfig, "n" | "sharedStages">,
  seed: number,
): RunConfig {
  const { milestones: _milestones, factor: _factor, ...optimiser } = RELEASED_SE_RESNET.optimiser;
  return follow({
    ...RELEASED_SE_RESNET,
    data: { ...data, name, trainImages, testImages },
    network: { ...network, ...base, ...blocks },
    optimiser: { ...optimiser, schedule: "cosine", finalLearningRate: 0 },
    training: { ...training, epochs, batch },
    seed,
  }, NEVER_FROZEN);
}

export const seResNetFullWidthCifar10: Experiment = fullWidth("cifar-10", "CIFAR-10");
export const seResNetFullWidthCifar100: Experiment = fullWidth("cifar-100", "CIFAR-100");
