import { parametersOf } from "../../models/all.ts";
import { type RunConfig, seenOf } from "../../runs/config/config.ts";
import type { Experiment } from "../experiment.ts";
import { follow, type Follows, NEVER_FROZEN } from "../follow.ts";
import { nearestSize } from "../nearest_size.ts";
import type { Profile } from "../../runs/profile.ts";
import { reductions } from "../reductions.ts";

/*
 * Paper:    Azadbakht, Kheradpisheh, Khalfaoui-Hassani, Masquelier, arXiv 2210.14151 (KS).
 * Claim:    a ConvMixer whose blocks share their kernels loses 1.8 points on CIFAR-10 and 3.6 on CIFAR-100 (introduction).
 * Recipe:   the released code's (AlirezaAzadbakht/kernel-sharing), number for number at profile `paper`; its seeds of another
 *           generator (0 and 76) mean nothing here.
 * Command:  deno task train convmixer-cifar-10 --profile PROFILE
 */

type ConvMixerConfig = Extract<RunConfig["network"], { name: "convmixer" }>;

/** The released recipe on CIFAR-10, nothing shared. */
export const RELEASED_CONVMIXER = {
  data: {
    name: "cifar-10",
    trainImages: 50_000,
    validationImages: 0,
    testImages: 10_000,
    augmentation: "convmixer",
  },
  network: { name: "convmixer", dim: 256, depth: 16, kernel: 9, patch: 1, sharing: "none" },
  rule: { name: "ann" },
  optimiser: {
    name: "adamw",
    learningRate: 1e-2,
    schedule: "cosine",
    finalLearningRate: 1e-6,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-3,
    weightDecay: 0.01,
    clipNorm: 1,
  },
  training: { epochs: 200, batch: 128, freezeNormAfter: 200 },
  seed: 1,
} as const satisfies RunConfig;

/** What a profile changes in every row. */
export interface Size {
  trainImages: number;
  testImages: number;
  /** Of the rows that are compared by sharing scheme. */
  base: Pick<ConvMixerConfig, "dim" | "depth" | "kernel" | "patch">;
  epochs: number;
  batch: number;
  seeds: number[];
}

const SIZES: Record<Profile, Size> = {
  smoke: {
    ...{ trainImages: 64, testImages: 64, epochs: 1, batch: 32, seeds: [1, 2] },
    base: { dim: 24, depth: 8, kernel: 3, patch: 8 },
  },
  quick: {
    ...{ trainImages: 4_000, testImages: 1_000, epochs: 2, batch: 50, seeds: [1] },
    base: { dim: 32, depth: 8, kernel: 3, patch: 8 },
  },
  study: {
    ...{ trainImages: 50_000, testImages: 10_000, epochs: 4, batch: 128, seeds: [1, 2, 3] },
    base: { dim: 64, depth: 8, kernel: 5, patch: 4 },
  },
  paper: {
    ...{ trainImages: 50_000, testImages: 10_000, epochs: 200, batch: 128, seeds: [1, 2, 3] },
    base: { dim: 256, depth: 16, kernel: 9, patch: 1 },
  },
};

/** Rows of ConvMixers by what they share, trained by one recipe. */
export interface ConvMixerSharing {
  name: string;
  title: string;
  /** Of every row, before a size changes it. */
  recipe: RunConfig;
  sizes: Record<Profile, Size>;
  reduced: (profile: Profile) => string[];
  /** The rows of `networks` that are trained, in this order; all of them where it is not given. */
  rows?: readonly string[];
  /** Rows that a study runs with every seed, the others with the first. */
  repeated: readonly string[];
}

/** Sharing schemes at one depth, unshared networks with as few parameters, and the extremes of sharing at other depths. */
export function convMixerSharing(
  { name, title, recipe, sizes, reduced, rows, repeated }: ConvMixerSharing,
): Experiment {
  const seedsOf = (id: string, profile: Profile, { seeds }: Size) =>
    profile !== "study" || repeated.includes(id) ? seeds : seeds.slice(0, 1);
  return {
    name,
    title,
    reduced,
    rows(profile) {
      const size = sizes[profile];
      const all = networks(size.base);
      const chosen = rows?.flatMap((id) => all.filter((network) => network.id === id)) ?? all;
      return chosen.map(({ id, network, follows = NEVER_FROZEN }) => ({
        id,
        configs: seedsOf(id, profile, size).map((seed) =>
          follow(resize(recipe, size, network, seed), follows)
        ),
        follows,
      }));
    },
  };
}

function released(data: "cifar-10" | "cifar-100", title: string, repeated: readonly string[]): Experiment {
  return convMixerSharing({
    name: `convmixer-${data}`,
    title: `Kernel sharing in ConvMixer on ${title}`,
    recipe: { ...RELEASED_CONVMIXER, data: { ...RELEASED_CONVMIXER.data, name: data } },
    sizes: SIZES,
    reduced: (profile) => profile === "paper" ? [] : reductionOf(SIZES[profile]),
    repeated,
  });
}

export const convMixerCifar10: Experiment = released("cifar-10", "CIFAR-10", [
  ...["none", "all", "depthwise", "pointwise", "equal", "equal-half", "equal-quarter", "equal-one"],
]);
export const convMixerCifar100: Experiment = released("cifar-100", "CIFAR-100", ["none", "all"]);

/** What matters most comes first: a study that is cut short still has whole pairs. */
function networks(base: Size["base"]): { id: string; network: ConvMixerConfig; follows?: Follows }[] {
  const of = (sharing: ConvMixerConfig["sharing"], depth: number): ConvMixerConfig => ({
    name: "convmixer",
    ...base,
    depth,
    sharing,
  });
  const schemes = (["none", "all", "depthwise", "pointwise"] as const).map((sharing) => ({
    id: sharing,
    network: of(sharing, base.depth),
  }));
  const equal = Object.entries({
    "": base.depth,
    "-half": base.depth / 2,
    "-quarter": base.depth / 4,
    "-one": 1,
  })
    .map(([suffix, depth]) => ({
      id: `equal${suffix}`,
      network: of("none", depth),
      follows: { ...NEVER_FROZEN, "network.dim": (config: RunConfig) => equalDim(config, base) },
    }));
  const depths = Object.entries({ half: base.depth / 2, quarter: base.depth / 4, double: 2 * base.depth })
    .flatMap(([suffix, depth]) =>
      (["all", "none"] as const).map((sharing) => ({
        id: `${sharing}-${suffix}`,
        network: of(sharing, depth),
      }))
    );
  return [...schemes, ...equal, ...depths];
}

/** The width at which the network has about as many parameters as the all-shared one of the base's width and depth. */
function equalDim({ network, data }: RunConfig, { dim, depth }: Size["base"]): number {
  const own = network as ConvMixerConfig;
  const seen = seenOf({ data });
  const wanted = parametersOf({ ...own, dim, depth, sharing: "all" }, seen);
  return nearestSize(wanted, (size) => parametersOf({ ...own, dim: size }, seen));
}

function resize(
  recipe: RunConfig,
  { trainImages, testImages, epochs, batch }: Size,
  network: ConvMixerConfig,
  seed: number,
): RunConfig {
  return {
    ...recipe,
    data: { ...recipe.data, trainImages, testImages },
    network,
    training: { ...recipe.training, epochs, batch },
    seed,
  };
}

/** What a size takes away from a recipe, the released one where none is given, in words. */
export function reductionOf(
  { base: { dim, depth, kernel, patch }, ...size }: Size,
  { network: whole, data, training }: Whole = RELEASED_CONVMIXER,
): string[] {
  return [
    `ConvMixer-${dim}/${depth} with ${kernel} x ${kernel} kernels and patches of ${patch} instead of ` +
    `${whole.dim}/${whole.depth}, ${whole.kernel} x ${whole.kernel} and ${whole.patch}`,
    ...reductions({ ...data, ...training }, size),
  ];
}

type Whole = Pick<RunConfig, "data" | "training"> & { network: Size["base"] };
