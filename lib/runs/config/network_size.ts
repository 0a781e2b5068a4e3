import type { RunConfig } from "./schema.ts";

type Network = RunConfig["network"];
type ConvMixer = Extract<Network, { name: "convmixer" }>;
type SeResNet = Extract<Network, { name: "se-resnet" }>;

/** Sides of the images of CIFAR, on which both classifiers are trained. */
const SIDE = 32;

/** Classes of a data set. */
export function classesOf(dataset: string): number {
  return dataset === "cifar-100" ? 100 : 10;
}

/** Trainable parameters of a network without building it; nothing for those that cannot be larger than published. */
export function parametersOf({ network, data }: Pick<RunConfig, "network" | "data">): number | undefined {
  if (network.name === "convmixer") return convMixerParameters(network, classesOf(data.name));
  if (network.name === "se-resnet") return seResNetParameters(network, classesOf(data.name));
  return undefined;
}

/** Numbers that the largest layer makes of an image. */
export function largestLayer(network: Network): number {
  switch (network.name) {
    case "convmixer":
      return (SIDE / network.patch) ** 2 * network.dim;
    case "se-resnet":
      return Math.max(
        SIDE ** 2 * network.stem,
        ...network.widths.map((width, stage) => (SIDE / 2 ** stage) ** 2 * width),
      );
    case "cifar-10-layer":
      return SIDE ** 2 * 512 * network.width;
    default:
      return 28 ** 2 * 128 * network.width;
  }
}

/** Trainable parameters of a ConvMixer on images of three channels. */
export function convMixerParameters(
  { dim, depth, kernel, patch, sharing }: ConvMixer,
  classes: number,
): number {
  const norm = 2 * dim;
  const depthwise = (kernel ** 2 + 1) * dim;
  const pointwise = (dim + 1) * dim;
  const times = (shared: boolean) => shared ? 1 : depth;
  return (3 * patch ** 2 + 1) * dim + norm + depth * 2 * norm + (dim + 1) * classes +
    times(sharing === "all" || sharing === "depthwise") * depthwise +
    times(sharing === "all" || sharing === "pointwise") * pointwise;
}

/** Trainable parameters of an SE-ResNet on images of three channels. */
export function seResNetParameters(network: SeResNet, classes: number): number {
  const { stem, widths } = network;
  const stages = widths.map((_, index) => stageParameters(network, index));
  const head = (widths.at(-1) as number + 1) * classes;
  return (3 * 9 + 2) * stem + stages.reduce((sum, parameters) => sum + parameters, 0) + head;
}

/** Of a stage's blocks the first has another input, and a shortcut where that differs in width or stride. */
function stageParameters({ n, stem, widths, sharedStages, reduction }: SeResNet, index: number): number {
  const width = widths[index] as number;
  const from = widths[index - 1] ?? stem;
  const shared = sharedStages.includes(index + 1);
  const isomorphic = 9 * width ** 2;
  const common = 4 * width + 2 * width * Math.floor(width / reduction) + (shared ? 0 : isomorphic);
  const first = from === width ? (shared ? 0 : isomorphic) : 9 * from * width;
  const shortcut = from === width && index === 0 ? 0 : from * width + 2 * width;
  const later = (n - 1) * (shared ? 0 : isomorphic);
  return n * common + first + shortcut + later + (shared ? isomorphic : 0);
}
