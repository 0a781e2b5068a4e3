import type { RunConfig } from "../../runs/config/config.ts";
import type { Experiment } from "../experiment.ts";
import { reductionOf, RELEASED } from "./fashion_mnist_proxy.ts";
import type { Profile } from "../../runs/profile.ts";

/*
 * Which target count K, learning rate and schedule suit proxy learning, judged on validation images held out
 * from the training set; test images are never seen.
 * Command:  deno task train fashion-mnist-proxy-tuning --profile study
 */

const SIZES: Record<
  Profile,
  { trainImages: number; validationImages: number; width: number; epochs: number }
> = {
  smoke: { trainImages: 200, validationImages: 100, width: 1 / 32, epochs: 1 },
  quick: { trainImages: 2_000, validationImages: 1_000, width: 1 / 16, epochs: 2 },
  study: { trainImages: 20_000, validationImages: 5_000, width: 1 / 8, epochs: 4 },
  paper: { trainImages: 50_000, validationImages: 10_000, width: 1, epochs: 100 },
};

const RELEASED_SIZE = { testImages: RELEASED.data.testImages, batch: RELEASED.training.batch };

/** Targets, learning rates and schedules tried. */
const CHOICES: { target: number; learningRate: number; schedule: "constant" | "cosine" }[] = [
  { target: 1, learningRate: 3e-4, schedule: "cosine" },
  { target: 1, learningRate: 1e-3, schedule: "cosine" },
  { target: 2, learningRate: 3e-4, schedule: "cosine" },
  { target: 2, learningRate: 1e-3, schedule: "cosine" },
  { target: 2, learningRate: 1e-3, schedule: "constant" },
  { target: 2, learningRate: 3e-3, schedule: "cosine" },
  { target: 4, learningRate: 1e-4, schedule: "cosine" },
  { target: 4, learningRate: 3e-4, schedule: "cosine" },
  { target: 4, learningRate: 1e-3, schedule: "constant" },
  { target: 8, learningRate: 1e-3, schedule: "constant" },
];

/** The grid behind the preferred row of `fashion-mnist-proxy`. */
export const fashionMnistProxyTuning: Experiment = {
  name: "fashion-mnist-proxy-tuning",
  title: "Target count and learning rate of proxy learning, on a validation split",
  reduced: (profile) => reductionOf({ ...SIZES[profile], ...RELEASED_SIZE }),
  rows: (profile) => CHOICES.map((choice) => ({ id: rowId(choice), configs: [configOf(choice, profile)] })),
};

function rowId({ target, learningRate, schedule }: typeof CHOICES[number]): string {
  return `k${target}-lr${learningRate.toExponential()}-${schedule}`;
}

function configOf({ target, learningRate, schedule }: typeof CHOICES[number], profile: Profile): RunConfig {
  const { trainImages, validationImages, width, epochs } = SIZES[profile];
  return {
    ...RELEASED,
    data: { ...RELEASED.data, trainImages, validationImages },
    network: { ...RELEASED.network, width },
    rule: { ...RELEASED.rule, output: "count", target },
    optimiser: { ...RELEASED.optimiser, learningRate, schedule },
    training: { ...RELEASED.training, epochs },
  };
}
