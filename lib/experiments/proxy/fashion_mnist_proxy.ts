import type { RunConfig } from "../../runs/config/config.ts";
import type { Experiment } from "../experiment.ts";
import type { Profile } from "../../runs/profile.ts";
import { reductions } from "../reductions.ts";

/*
 * Paper:    Kheradpisheh, Mirsadeghi, Masquelier, "Spiking neural networks trained via proxy", IEEE Access 10 (2022).
 * Claim:    an SNN trained through a proxy ANN reaches 94.56 % on Fashion-MNIST (abstract; tie rule unknown).
 * Recipe:   the released notebook (code SRKH/ProxyLearning), number for number at profile `paper`.
 * Command:  deno task train fashion-mnist-proxy --profile PROFILE
 */

/** The released recipe. */
export const RELEASED = {
  data: {
    name: "fashion-mnist",
    trainImages: 60_000,
    validationImages: 0,
    testImages: 10_000,
    augmentation: "crop26-pad1",
  },
  network: { name: "fashion-7", width: 1 },
  rule: { name: "proxy", T: 15, threshold: 2, reset: "hard", initialMembrane: 0, output: "count", target: 1 },
  optimiser: {
    name: "adam",
    learningRate: 1e-4,
    schedule: "constant",
    finalLearningRate: 0,
    beta1: 0.8,
    beta2: 0.99,
    epsilon: 1e-8,
    weightDecay: 1e-6,
  },
  training: { epochs: 100, batch: 100, freezeNormAfter: 1 },
  seed: 2020,
} as const satisfies RunConfig;

/** What each profile changes in every row. */
interface Size {
  trainImages: number;
  testImages: number;
  width: number;
  epochs: number;
  batch: number;
  /** Few epochs at the released rate would show an untrained network, so reduced profiles learn faster. */
  rate: Pick<RunConfig["optimiser"], "learningRate" | "schedule">;
  seeds: number[];
}

/** Target count, learning rate and schedule that a validation split prefers: see fashion-mnist-proxy-tuning. */
const PREFERRED = { target: 2, rate: { learningRate: 1e-3, schedule: "constant" } } as const;

const SIZES: Record<Profile, Size> = {
  smoke: {
    ...{ trainImages: 800, testImages: 200, width: 1 / 16, epochs: 2, batch: 20 },
    ...{ rate: { learningRate: 3e-3, schedule: "cosine" }, seeds: [2020] },
  },
  quick: {
    ...{ trainImages: 8_000, testImages: 1_000, width: 1 / 8, epochs: 3, batch: 50 },
    ...{ rate: PREFERRED.rate, seeds: [2020] },
  },
  study: {
    ...{ trainImages: 60_000, testImages: 10_000, width: 1 / 4, epochs: 8, batch: 100 },
    ...{ rate: PREFERRED.rate, seeds: [2020] },
  },
  paper: {
    ...{ trainImages: 60_000, testImages: 10_000, width: 1, epochs: 100, batch: 100 },
    ...{ rate: { learningRate: 1e-4, schedule: "constant" }, seeds: [2020] },
  },
};

/** "SNN by proxy, its proxy ANN, an ANN alone" on the released seven-layer network. */
export const fashionMnistProxy: Experiment = {
  name: "fashion-mnist-proxy",
  title: "Proxy learning on Fashion-MNIST",
  reduced: (profile) => reductionOf(SIZES[profile]),
  rows(profile) {
    const size = SIZES[profile];
    const each = (rule: RunConfig["rule"]) => size.seeds.map((seed) => ({ ...resize(size), rule, seed }));
    const proxy = (target: number) => each({ ...RELEASED.rule, target });
    return [
      { id: "proxy-k1", configs: proxy(1) },
      { id: `proxy-k${PREFERRED.target}`, configs: proxy(PREFERRED.target) },
      { id: "ann", configs: each({ name: "ann" }) },
    ];
  },
};

function resize({ trainImages, testImages, width, epochs, batch, rate }: Size): RunConfig {
  return {
    ...RELEASED,
    data: { ...RELEASED.data, trainImages, testImages },
    network: { ...RELEASED.network, width },
    optimiser: { ...RELEASED.optimiser, ...rate },
    training: { ...RELEASED.training, epochs, batch },
  };
}

/** What a size takes away from the released recipe, in words. */
export function reductionOf(
  size: Pick<Size, "trainImages" | "testImages" | "width" | "epochs" | "batch">,
): string[] {
  const { data, training } = RELEASED;
  const { width } = size;
  return [
    ...(width < 1 ? [`width x ${width} (${Math.round(128 * width)} instead of 128 filters)`] : []),
    ...reductions({ ...data, ...training }, size, ", learning rate not the released one"),
  ];
}
