/**
 * PyTorch's names and axes of our tensors. ConvMixer is named as timm 1.0's `ConvMixer`, SE-ResNet as torchvision's and timm's
 * ResNets, a network of layers as the `nn.Sequential` of them. Running variances are unbiased on both sides.
 */
import { UsageError } from "../errors.ts";
import { ownersOf } from "../models/convmixer_sharing.ts";
import type { Life, NetworkSpec, WeightedLayer } from "../models/network.ts";
import { nameLayers } from "../models/network.ts";
import { hasWeights } from "../models/walk.ts";
import type { HostTensor } from "../ops/safetensors.ts";
import type { Architecture, ClassifierArchitecture } from "./architecture.ts";

/** One tensor of a state dictionary, and ours that it is. A shared one has a key for each of its uses. */
export interface PyTorchKey {
  key: string;
  /** Our name of it. */
  name: string;
  /** Our shape, the rows of a linear layer behind an image cut into its H, W and C. */
  ours: readonly number[];
  /** PyTorch's axes, from first to last, in ours. */
  axes: readonly number[];
  /** PyTorch's shape. */
  shape: readonly number[];
}

/** The state dictionary's keys in the order of the modules; of two lives, with the running statistics of one. */
export function pyTorchKeys(architecture: Architecture, life: Life = "ann"): PyTorchKey[] {
  if ("layers" in architecture) return sequential(architecture, life);
  const { network } = architecture;
  switch (network.name) {
    case "convmixer":
      return convMixer(architecture, network);
    case "se-resnet":
      return seResNet(architecture, network);
  }
}

/** Our tensor in PyTorch's layout. */
export function toPyTorch({ values }: HostTensor, { ours, axes, shape }: PyTorchKey): HostTensor {
  return { shape: [...shape], values: permuted(values, ours, axes) };
}

/** PyTorch's tensor in our layout, of our shape (rows of linear layers in one). */
export function fromPyTorch({ values }: HostTensor, { ours, axes, shape }: PyTorchKey): HostTensor {
  const back = ours.map((_, axis) => axes.indexOf(axis));
  const theirs = axes.map((axis) => ours[axis] as number);
  const linear = shape.length === 2;
  const units = ours.at(-1) as number;
  return {
    shape: linear ? [values.length / units, units] : [...ours],
    values: permuted(values, theirs, back),
  };
}

/** Keys that are one tensor, group by group. */
export function sharedKeys(keys: readonly PyTorchKey[]): string[][] {
  const names = [...new Set(keys.map(({ name }) => name))];
  return names.map((name) => keys.filter((key) => key.name === name).map(({ key }) => key))
    .filter((group) => group.length > 1);
}

/** Values of this shape, row-major, with their axes in another order. */
function permuted(values: Float32Array, shape: readonly number[], axes: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const result = new Float32Array(values.length);
  let to = 0;
  const copy = (depth: number, from: number): void => {
    const axis = axes[depth] as number;
    const [size, stride] = [shape[axis] as number, strides[axis] as number];
    if (depth === axes.length - 1) {
      for (let i = 0; i < size; i++) result[to++] = values[from + i * stride] as number;
    } else {
      for (let i = 0; i < size; i++) copy(depth + 1, from + i * stride);
    }
  };
  copy(0, 0);
  return result;
}

function vector(key: string, name: string, size: number): PyTorchKey {
  return { key, name, ours: [size], axes: [0], shape: [size] };
}

/** HWIO -> OIHW. */
function conv(
  key: string,
  name: string,
  [height, width, inputs, outputs]: readonly [number, number, number, number],
) {
  const shape = [outputs, inputs, height, width];
  return { key, name, ours: [height, width, inputs, outputs], axes: [3, 2, 0, 1], shape };
}

/** [k, k, C, 1] -> [C, 1, k, k]. */
function depthwise(key: string, name: string, size: number, channels: number): PyTorchKey {
  return { key, name, ours: [size, size, channels, 1], axes: [2, 3, 0, 1], shape: [channels, 1, size, size] };
}

/** [in, out] -> [out, in]. */
function linear(key: string, name: string, inputs: number, outputs: number): PyTorchKey {
  return { key, name, ours: [inputs, outputs], axes: [1, 0], shape: [outputs, inputs] };
}

/** Behind an image: rows in the order of H, W, C -> columns in the order of C, H, W. */
function flattened(key: string, name: string, [height, width, channels]: readonly number[], outputs: number) {
  const ours = [height, width, channels, outputs] as [number, number, number, number];
  return { key, name, ours, axes: [3, 2, 0, 1], shape: [outputs, ours[0] * ours[1] * ours[2]] };
}

function norm(key: string, name: string, channels: number, statistics = name): PyTorchKey[] {
  return [
    vector(`${key}.weight`, `${name}.gamma`, channels),
    vector(`${key}.bias`, `${name}.beta`, channels),
    vector(`${key}.running_mean`, `${statistics}.mean`, channels),
    vector(`${key}.running_var`, `${statistics}.variance`, channels),
  ];
}

function convMixer(
  { image, classes }: ClassifierArchitecture,
  { dim, depth, kernel, patch, sharing }: Extract<ClassifierArchitecture["network"], { name: "convmixer" }>,
): PyTorchKey[] {
  const owners = ownersOf(sharing);
  const blocks = Array.from({ length: depth }, (_, i) => {
    const [block, deep, point] = [
      `blocks.${i}`,
      `${owners.depthwise(i)}.depthwise`,
      `${owners.pointwise(i)}.pointwise`,
    ];
    return [
      depthwise(`${block}.0.fn.0.weight`, `${deep}.kernel`, kernel, dim),
      vector(`${block}.0.fn.0.bias`, `${deep}.bias`, dim),
      ...norm(`${block}.0.fn.2`, `${block}.depthwiseNorm`, dim),
      conv(`${block}.1.weight`, `${point}.kernel`, [1, 1, dim, dim]),
      vector(`${block}.1.bias`, `${point}.bias`, dim),
      ...norm(`${block}.3`, `${block}.pointwiseNorm`, dim),
    ];
  });
  return [
    conv("stem.0.weight", "stem.kernel", [patch, patch, image[2], dim]),
    vector("stem.0.bias", "stem.bias", dim),
    ...norm("stem.2", "stem.norm", dim),
    ...blocks.flat(),
    ...head("head", dim, classes),
  ];
}

function head(key: string, inputs: number, classes: number): PyTorchKey[] {
  return [
    linear(`${key}.weight`, "head.kernel", inputs, classes),
    vector(`${key}.bias`, "head.bias", classes),
  ];
}

function seResNet(
  { image, classes }: ClassifierArchitecture,
  { n, stem, widths, sharedStages, reduction }: Extract<
    ClassifierArchitecture["network"],
    { name: "se-resnet" }
  >,
): PyTorchKey[] {
  const stages = widths.flatMap((width, index) => {
    const shared = sharedStages.includes(index + 1) ? `stages.${index + 1}.shared.kernel` : undefined;
    return Array.from({ length: n }, (_, b) => {
      const from = b > 0 ? width : widths[index - 1] ?? stem;
      const [key, name] = [`layer${index + 1}.${b}`, `stages.${index + 1}.blocks.${b + 1}`];
      const squeezed = Math.floor(width / reduction);
      const first = from === width ? shared : undefined;
      return [
        conv(`${key}.conv1.weight`, first ?? `${name}.conv1.kernel`, [3, 3, from, width]),
        ...norm(`${key}.bn1`, `${name}.norm1`, width),
        conv(`${key}.conv2.weight`, shared ?? `${name}.conv2.kernel`, [3, 3, width, width]),
        ...norm(`${key}.bn2`, `${name}.norm2`, width),
        linear(`${key}.se.fc1.weight`, `${name}.squeeze.kernel`, width, squeezed),
        linear(`${key}.se.fc2.weight`, `${name}.excite.kernel`, squeezed, width),
        ...(from === width && (b > 0 || index === 0) ? [] : [
          conv(`${key}.downsample.0.weight`, `${name}.shortcut.kernel`, [1, 1, from, width]),
          ...norm(`${key}.downsample.1`, `${name}.shortcutNorm`, width),
        ]),
      ];
    }).flat();
  });
  return [
    conv("conv1.weight", "stem.kernel", [3, 3, image[2], stem]),
    ...norm("bn1", "stem.norm", stem),
    ...stages,
    ...head("fc", widths.at(-1) as number, classes),
  ];
}

/**
 * Keys by the place of modules: convolution or (behind a Flatten, or a sum over positions, where it meets an image) linear, batch
 * norm where there is one, activation; pooling. ReLU and IF neurons stand in the same places, so that one dictionary is for
 * both lives.
 */
function sequential(spec: NetworkSpec, life: Life): PyTorchKey[] {
  const keys: PyTorchKey[] = [];
  let place = 0;
  for (const layer of nameLayers(spec)) {
    if (layer.type === "linear" && layer.input.length === 3) place++;
    if (hasWeights(layer)) keys.push(...weighted(layer, place, life));
    place += hasWeights(layer) ? layer.norm ? 3 : 2 : 1;
  }
  return keys;
}

function weighted(layer: WeightedLayer, place: number, life: Life): PyTorchKey[] {
  const { name, owner, norm: normed, bias, output } = layer;
  const units = output.at(-1) as number;
  return [
    kernelKey(layer, `${place}.weight`),
    ...(bias ? [vector(`${place}.bias`, `${owner}.bias`, units)] : []),
    ...(normed ? norm(`${place + 1}`, `${name}.norm`, units, `${name}.norm.${life}`) : []),
  ];
}

function unknownLayer({ name, type }: WeightedLayer): UsageError {
  return new UsageError(
    `Exchanging the layer ${name}: it is of type "${type}", for which no layout is known; networks of conv, maxpool and linear ` +
      `layers can be exchanged.`,
  );
}

/** The kernel that a layer uses, its own or another's. */
export function kernelKey(layer: WeightedLayer, key: string): PyTorchKey {
  const name = `${layer.owner}.kernel`;
  if (layer.type === "conv") return conv(key, name, layer.kernel);
  if (layer.type !== "linear") throw unknownLayer(layer);
  const [inputs, units] = layer.kernel;
  const image = layer.input.length === 3 && !layer.summed;
  return image ? flattened(key, name, layer.input, units) : linear(key, name, inputs, units);
}
