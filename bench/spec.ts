/** The seven-layer Fashion-MNIST network with frozen norms, its spikes as dense as a trained network's. */
export interface FashionSpec {
  name: string;
  kind: "snn-inference" | "proxy-step" | "surrogate-step";
  batch: number;
  /** Multiplies every hidden layer; 1 is the published network. */
  width: number;
  T: number;
  threshold: number;
  /** Wanted spikes of the true class (proxy). */
  target: number;
  /** Steepness of the arc-tangent derivative (surrogate). */
  alpha: number;
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

/** Everything that decides what a workload computes; every side gets the same one. */
export type WorkloadSpec = FashionSpec | ConvMixerSpec | SeResnetSpec;

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

/** The workloads at full size, in the order of the table. */
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
];

/** Other sizes than the workload's own. */
export interface Sizes {
  batch?: number;
  /** Multiplies the width of every layer but inputs and outputs. */
  width?: number;
  T?: number;
  density?: number;
}

/** The workload at another size; T and density matter to spiking ones alone. */
export function resize(spec: WorkloadSpec, { batch, width = 1, T, density }: Sizes): WorkloadSpec {
  const scaled = (size: number) => Math.max(1, Math.round(size * width));
  const sized = { ...spec, ...(batch === undefined ? {} : { batch }) };
  if (sized.kind === "convmixer-step") return { ...sized, dim: scaled(sized.dim) };
  if (sized.kind === "se-resnet-step") {
    return { ...sized, stem: scaled(sized.stem), widths: sized.widths.map(scaled) };
  }
  const spiking = { ...(T === undefined ? {} : { T }), ...(density === undefined ? {} : { density }) };
  return { ...sized, width, ...spiking };
}

/** Whether the workload is one of the Fashion-MNIST network. */
export function isFashion(spec: WorkloadSpec): spec is FashionSpec {
  return "T" in spec;
}
