import type { RunConfig } from "./config.ts";
import type { Experiment } from "./experiment.ts";
import type { Profile } from "./profile.ts";

/*
 * Paper:    Kheradpisheh, Mirsadeghi, Masquelier, "Spiking neural networks trained via proxy", IEEE Access 10 (2022).
 * Claim:    an SNN trained through a proxy ANN reaches 94.56 % on Fashion-MNIST (abstract; tie rule unknown).
 * Recipe:   the released notebook (code SRKH/ProxyLearning), number for number at profile `paper`.
 * Command:  deno task train fashion-mnist-proxy --profile PROFILE
 */

/** The released recipe. */
export const RELEASED: RunConfig = {
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
};

/** What each profile changes in every row. */
interface Size {
  trainImages: number;
  testImages: number;
  width: number;
  epochs: number;
  seeds: number[];
}

const SIZES: Record<Profile, Size> = {
  smoke: { trainImages: 400, testImages: 200, width: 1 / 32, epochs: 2, seeds: [2020] },
  quick: { trainImages: 10_000, testImages: 2_000, width: 1 / 8, epochs: 3, seeds: [2020] },
  study: { trainImages: 60_000, testImages: 10_000, width: 1 / 4, epochs: 7, seeds: [2020] },
  paper: { trainImages: 60_000, testImages: 10_000, width: 1, epochs: 100, seeds: [2020] },
};

/** Target count, learning rate and schedule that a validation split prefers: see fashion-mnist-proxy-tuning. */
const PREFERRED = { target: 2, learningRate: 1e-3, schedule: "cosine" } as const;

/** "SNN by proxy, its proxy ANN, an ANN alone" on the released seven-layer network. */
export const fashionMnistProxy: Experiment = {
  name: "fashion-mnist-proxy",
  title: "Proxy learning on Fashion-MNIST",
  reduced: {
    smoke: reductionOf(SIZES.smoke),
    quick: reductionOf(SIZES.quick),
    study: reductionOf(SIZES.study),
    paper: [],
  },
  rows(profile) {
    const { seeds, ...size } = SIZES[profile];
    const { target, ...rate } = PREFERRED;
    const released = resize(RELEASED, size);
    const tuned = { ...released, optimiser: { ...released.optimiser, ...rate } };
    const each = (config: RunConfig) => seeds.map((seed) => ({ ...config, seed }));
    return [
      // Few epochs at the released rate would show an untrained network, so reduced profiles take the preferred one.
      { id: "proxy-k1", configs: each(profile === "paper" ? released : tuned) },
      {
        id: `proxy-k${target}`,
        configs: each({ ...tuned, rule: { ...RELEASED.rule, target } as RunConfig["rule"] }),
      },
      { id: "ann", configs: each({ ...tuned, rule: { name: "ann" } }) },
    ];
  },
};

function resize(
  config: RunConfig,
  { trainImages, testImages, width, epochs }: Omit<Size, "seeds">,
): RunConfig {
  return {
    ...config,
    data: { ...config.data, trainImages, testImages },
    network: { ...config.network, width },
    training: { ...config.training, epochs },
  };
}

/** What a size takes away from the released recipe, in words. */
export function reductionOf({ trainImages, testImages, width, epochs }: Omit<Size, "seeds">): string[] {
  const { data, training } = RELEASED;
  const number = (value: number) => value.toLocaleString("en-US");
  return [
    ...(width < 1 ? [`width x ${width} (${Math.round(128 * width)} instead of 128 filters)`] : []),
    ...(trainImages < data.trainImages
      ? [`${number(trainImages)} of ${number(data.trainImages)} training images`]
      : []),
    ...(testImages < data.testImages
      ? [`${number(testImages)} of ${number(data.testImages)} test images`]
      : []),
    ...(epochs < training.epochs
      ? [`${epochs} of ${training.epochs} epochs, learning rate not the released one`]
      : []),
  ];
}
