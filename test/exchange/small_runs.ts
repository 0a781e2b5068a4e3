import { RELEASED } from "../../lib/experiments/proxy/fashion_mnist_proxy.ts";
import type { RunConfig } from "../../lib/runs/config/config.ts";
import { run } from "../../lib/runs/run.ts";
import { runPaths, type RunRequest } from "../../lib/runs/store.ts";

const FASHION: RunConfig = {
  ...RELEASED,
  data: { ...RELEASED.data, trainImages: 200, testImages: 130 },
  network: { name: "fashion-7", width: 1 / 32 },
  optimiser: { ...RELEASED.optimiser, learningRate: 3e-3 },
  training: { epochs: 2, batch: 20, freezeNormAfter: 1 },
};

const NEURON = { T: 4, threshold: 0.5, reset: "hard", initialMembrane: 0 } as const;

const CONVMIXER: RunConfig = {
  ...FASHION,
  data: {
    name: "cifar-10",
    trainImages: 128,
    validationImages: 0,
    testImages: 130,
    augmentation: "convmixer",
  },
  network: { name: "convmixer", dim: 8, depth: 2, kernel: 3, patch: 4, sharing: "all" },
  rule: { name: "ann" },
  optimiser: {
    ...{ name: "adamw", learningRate: 1e-2, schedule: "cosine", finalLearningRate: 1e-6 },
    ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-3, weightDecay: 0.01, clipNorm: 1 },
  },
  training: { epochs: 2, batch: 32, freezeNormAfter: 2 },
};

const SE_RESNET: RunConfig = {
  ...CONVMIXER,
  data: { ...CONVMIXER.data, augmentation: "se-resnet" },
  network: { name: "se-resnet", n: 2, stem: 4, widths: [4, 8], sharedStages: [1, 2], reduction: 4 },
  optimiser: {
    ...{ name: "sgd", learningRate: 0.1, schedule: "multistep", finalLearningRate: 0 },
    ...{ milestones: [1], factor: 0.1, momentum: 0.9, weightDecay: 1e-4 },
  },
};

/** A configuration of every kind of run, each trained in seconds. */
export const CONFIGS = {
  ann: { ...FASHION, rule: { name: "ann" } },
  proxy: { ...FASHION, rule: { name: "proxy", ...NEURON, output: "count", target: 1 } },
  surrogate: { ...FASHION, rule: { name: "surrogate", ...NEURON, alpha: 2, detachReset: true } },
  tandem: { ...FASHION, rule: { name: "tandem", ...NEURON, reset: "subtract", stopAtSaturation: false } },
  conversion: {
    ...FASHION,
    rule: {
      ...{ name: "conversion", T: 8, reset: "subtract", initialMembrane: 0.5 },
      ...{ percentile: 99, calibrationImages: 100 },
    },
  },
  tenLayers: {
    ...CONVMIXER,
    data: { ...CONVMIXER.data, augmentation: "none" },
    network: { name: "cifar-10-layer", width: 1 / 64, norms: "hidden" },
    rule: { name: "proxy", ...NEURON, output: "count", target: 1 },
    optimiser: { ...FASHION.optimiser, learningRate: 3e-3 },
  },
  folded: {
    ...FASHION,
    network: { name: "fashion-folded", channels: 4, stages: [2, 1], sharing: "all" },
    rule: { name: "proxy", ...NEURON, output: "count", target: 1 },
  },
  convMixer: CONVMIXER,
  convMixerUnshared: {
    ...CONVMIXER,
    network: { name: "convmixer", dim: 8, depth: 2, kernel: 3, patch: 4, sharing: "none" },
  },
  seResNet: SE_RESNET,
  seResNetUnshared: {
    ...SE_RESNET,
    network: { name: "se-resnet", n: 2, stem: 4, widths: [4, 8], sharedStages: [], reduction: 4 },
  },
} as const satisfies Record<string, RunConfig>;

/** The kinds of small runs. */
export type Kind = keyof typeof CONFIGS;

/** Trains a small run of a kind, or reads it where it is there, and gives the path of its record. */
export async function trained(kind: Kind, change: Partial<RunConfig> = {}): Promise<string> {
  const config = { ...CONFIGS[kind], ...change } as RunConfig;
  const request: RunRequest = { experiment: "test", row: kind, profile: "smoke", reduced: [], config };
  await run(request);
  return runPaths(request).record;
}
