import type { NormMode } from "../lib/ops/batch_norm.ts";
import type { Reset } from "../lib/ops/if_neuron.ts";

/** The seven-layer Fashion-MNIST network, its spikes as dense as a trained network's. */
export interface FashionSpec {
  name: string;
  kind: "snn-inference" | "proxy-step" | "surrogate-step" | "tandem-step";
  batch: number;
  /** Multiplies every hidden layer; 1 is the published network. */
  width: number;
  T: number;
  threshold: number;
  /** Wanted spikes of the true class (proxy). */
  target: number;
  /** Steepness of the arc-tangent derivative (surrogate). */
  alpha: number;
  /** How membranes are reset; to zero where absent. */
  reset?: Reset;
  /** "train" where norms take (and move) the statistics of each batch; frozen where absent. */
  norms?: NormMode;
  /** Spikes per neuron and time step of every layer; absent: those of the trained network in densities.json. */
  density?: number;
  seed: number;
}

/** A training step of ConvMixer-dim/depth on 32 x 32 x 3 images. */
export interface ConvMixerSpec {
  name: string;
  kind: "convmixer-step";
  batch: number;
  dim: number;
  depth: number;
  kernel: number;
  patch: number;
  /** Whether all blocks use the same depthwise and pointwise kernels. */
  shared: boolean;
  seed: number;
}

/** A training step of SE-ResNet with three stages of n blocks on 32 x 32 x 3 images. */
export interface SeResnetSpec {
  name: string;
  kind: "se-resnet-step";
  batch: number;
  n: number;
  stem: number;
  widths: number[];
  /** Whether all stages share one kernel each. */
  shared: boolean;
  seed: number;
}

/** A whole epoch of a run of the study: training, evaluation of all test images, checkpoint. */
export interface EpochSpec {
  name: string;
  kind: "epoch";
  batch: number;
  experiment: string;
  row: string;
  /** Images that are trained on and evaluated. */
  trainImages: number;
  testImages: number;
  seed: number;
}

/** A depthwise layer of a spiking ConvMixer with its neurons, over all steps. */
export interface SpikeDepthwiseSpec {
  name: string;
  kind: "spike-depthwise";
  batch: number;
  T: number;
  /** Of the image, in pixels. */
  side: number;
  dim: number;
  kernel: number;
  /** Spikes per neuron and time step. */
  density: number;
  /** As a convolution of floats instead of by events. */
  dense: boolean;
  seed: number;
}

/** Everything that decides what a workload computes; every side gets the same one. */
export type WorkloadSpec = FashionSpec | ConvMixerSpec | SeResnetSpec | SpikeDepthwiseSpec | EpochSpec;

const SEED = 2020;
const FASHION = { batch: 100, width: 1, T: 15, threshold: 2, target: 1, alpha: 2, seed: SEED } as const;
const CONVMIXER_256_16 = {
  kind: "convmixer-step",
  ...{ batch: 32, dim: 256, depth: 16, kernel: 9, patch: 1, shared: false, seed: SEED },
} as const;
const CONVMIXER_128_8 = {
  kind: "convmixer-step",
  ...{ batch: 128, dim: 128, depth: 8, kernel: 5, patch: 2, shared: false, seed: SEED },
} as const;
const SE_RESNET_2 = {
  kind: "se-resnet-step",
  ...{ batch: 64, n: 2, stem: 16, widths: [64, 128, 256], shared: false, seed: SEED },
} as const;

const SPIKE_DEPTHWISE = {
  kind: "spike-depthwise",
  ...{ batch: 100, T: 15, side: 16, dim: 64, kernel: 5, density: 0.05, seed: SEED },
} as const;

/** The study's width and batch. */
const QUARTER = { ...FASHION, width: 1 / 4 } as const;
/** The published neuron of tandem learning, and spikes as dense as a network's that it has trained. */
const TANDEM = { threshold: 1, reset: "subtract", density: 0.15 } as const;

/** The workloads at full size, then those of the study, in the order of the table. */
export const SPECS: readonly WorkloadSpec[] = [
  { name: "snn-inference", kind: "snn-inference", ...FASHION },
  { name: "snn-inference-t50", kind: "snn-inference", ...FASHION, T: 50 },
  { name: "proxy-step", kind: "proxy-step", ...FASHION },
  { name: "surrogate-step", kind: "surrogate-step", ...FASHION, batch: 20 },
  { name: "convmixer-256-16", ...CONVMIXER_256_16 },
  { name: "convmixer-256-16-shared", ...CONVMIXER_256_16, shared: true },
  { name: "convmixer-128-8", ...CONVMIXER_128_8 },
  { name: "convmixer-128-8-shared", ...CONVMIXER_128_8, shared: true },
  { name: "se-resnet-2", ...SE_RESNET_2, widths: [...SE_RESNET_2.widths] },
  { name: "se-resnet-2-shared", ...SE_RESNET_2, widths: [...SE_RESNET_2.widths], shared: true },
  { name: "proxy-step-norms", kind: "proxy-step", ...FASHION, norms: "train" },
  { name: "proxy-step-quarter", kind: "proxy-step", ...QUARTER },
  { name: "proxy-step-quarter-norms", kind: "proxy-step", ...QUARTER, norms: "train" },
  { name: "surrogate-step-quarter", kind: "surrogate-step", ...QUARTER, T: 5 },
  { name: "tandem-step-quarter", kind: "tandem-step", ...QUARTER, ...TANDEM },
  { name: "snn-inference-quarter-t64", kind: "snn-inference", ...QUARTER, T: 64 },
  { name: "snn-inference-quarter-t512", kind: "snn-inference", ...QUARTER, T: 512 },
  { name: "spike-depthwise", ...SPIKE_DEPTHWISE, dense: false },
  { name: "spike-depthwise-dense", ...SPIKE_DEPTHWISE, dense: true },
  {
    ...{ name: "proxy-epoch-quarter", kind: "epoch", batch: 100, seed: SEED },
    ...{ experiment: "fashion-mnist-proxy", row: "proxy-k2", trainImages: 6_000, testImages: 1_000 },
  },
  {
    ...{ name: "convmixer-128-8-epoch", kind: "epoch", batch: 128, seed: 1 },
    ...{ experiment: "convmixer-few-images", row: "none", trainImages: 5_000, testImages: 10_000 },
  },
];

/** Other sizes than the workload's own. */
export interface Sizes {
  batch?: number;
  /** Multiplies the width of every layer but inputs and outputs. */
  width?: number;
  T?: number;
  density?: number;
}

/** Images that one step trains on. */
export function imagesOf(spec: WorkloadSpec): number {
  return spec.kind === "epoch" ? spec.trainImages : spec.batch;
}

/** The workload at another size; T and density matter to spiking ones alone, and an epoch's width is its experiment's. */
export function resize(spec: WorkloadSpec, { batch, width = 1, T, density }: Sizes): WorkloadSpec {
  const scaled = (size: number) => Math.max(1, Math.round(size * width));
  const sized = { ...spec, ...(batch === undefined ? {} : { batch }) };
  if (sized.kind === "epoch") return sized;
  if (sized.kind === "convmixer-step") return { ...sized, dim: scaled(sized.dim) };
  if (sized.kind === "se-resnet-step") {
    return { ...sized, stem: scaled(sized.stem), widths: sized.widths.map(scaled) };
  }
  const spiking = { ...(T === undefined ? {} : { T }), ...(density === undefined ? {} : { density }) };
  if (sized.kind === "spike-depthwise") return { ...sized, dim: scaled(sized.dim), ...spiking };
  return { ...sized, width: sized.width * width, ...spiking };
}

/** Whether the workload has time steps and spikes of some density. */
export function isSpiking(spec: WorkloadSpec): boolean {
  return "T" in spec;
}

/** Whether the workload is one of the Fashion-MNIST network. */
export function isFashion(spec: WorkloadSpec): spec is FashionSpec {
  return "target" in spec;
}
