import { z } from "zod";
import { count, MOST, upTo } from "../../numbers.ts";
import { oneLifeEntry } from "../entry.ts";
import type { SeResNetOptions } from "../se_resnet.ts";

/** SE-ResNet. */
export const seResNetEntry = oneLifeEntry({
  name: "se-resnet",
  settings: {
    n: upTo(MOST.blocks),
    stem: upTo(MOST.channels),
    widths: z.array(upTo(MOST.channels)).min(1).max(6),
    /** Stages, from 1. */
    sharedStages: z.array(count),
    reduction: upTo(MOST.channels),
  },
  build: async (settings, seen) => (await import("../se_resnet.ts")).seResNet({ ...settings, ...seen }),
  parameters(network, { image, classes }) {
    const { stem, widths } = network;
    const stages = widths.map((_, index) => stageParameters(network, index));
    const head = (widths.at(-1) as number + 1) * classes;
    return (image[2] * 9 + 2) * stem + stages.reduce((sum, parameters) => sum + parameters, 0) + head;
  },
  largestLayer: ({ stem, widths }, { image: [height, width] }) =>
    Math.max(
      height * width * stem,
      ...widths.map((channels, stage) => (height / 2 ** stage) * (width / 2 ** stage) * channels),
    ),
  macs: (settings, seen) => seResNetMacs({ ...settings, ...seen }),
  label: (settings) => `SE-ResNet-${layersOf(settings)}`,
  recipe: ({ n, widths }) => `SE-ResNet n = ${n}, widths ${widths.join("/")}`,
  depth: layersOf,
  sharing({ sharedStages, widths }) {
    if (sharedStages.length === 0) return "none";
    return sharedStages.length === widths.length ? "all stages" : `stages ${sharedStages.join(", ")}`;
  },
});

/** Multiply-accumulate operations of an SE-ResNet for one image; sharing does not change them. */
export function seResNetMacs({ n, stem, widths, reduction, classes, image }: SeResNetOptions): number {
  const [height, width, channels] = image;
  const stages = widths.map((to, index) => {
    const from = widths[index - 1] ?? stem;
    const pixels = Math.ceil(height / 2 ** index) * Math.ceil(width / 2 ** index);
    const gates = 2 * to * Math.floor(to / reduction);
    const shortcut = from === to && index === 0 ? 0 : from * to;
    const first = pixels * (9 * from * to + 9 * to ** 2 + shortcut) + gates;
    return first + (n - 1) * (pixels * 18 * to ** 2 + gates);
  });
  const head = (widths.at(-1) as number) * classes;
  return height * width * 9 * channels * stem + stages.reduce((sum, macs) => sum + macs, 0) + head;
}

/** Layers with weights, 6 n + 2 of three stages. */
function layersOf({ n, widths }: { n: number; widths: readonly number[] }): number {
  return 2 * widths.length * n + 2;
}

interface Stages {
  n: number;
  stem: number;
  widths: readonly number[];
  sharedStages: readonly number[];
  reduction: number;
}

/** Of a stage's blocks the first has another input, and a shortcut where that differs in width or stride. */
function stageParameters({ n, stem, widths, sharedStages, reduction }: Stages, index: number): number {
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
