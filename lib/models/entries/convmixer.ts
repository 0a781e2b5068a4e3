import { z } from "zod";
import { MOST, upTo } from "../../numbers.ts";
import { CONVMIXER_SHARING, ownersOf, setsOf } from "../convmixer_sharing.ts";
import type { ConvMixerOptions } from "../convmixer.ts";
import { oneLifeEntry } from "../entry.ts";

/** ConvMixer. */
export const convMixerEntry = oneLifeEntry({
  name: "convmixer",
  settings: {
    dim: upTo(MOST.channels),
    depth: upTo(MOST.blocks),
    kernel: upTo(63),
    patch: upTo(32),
    sharing: z.enum(CONVMIXER_SHARING),
  },
  build: async (settings, seen) => (await import("../convmixer.ts")).convMixer({ ...settings, ...seen }),
  parameters({ dim, depth, kernel, patch, sharing }, { image, classes }) {
    const owners = ownersOf(sharing);
    const norm = 2 * dim;
    return (image[2] * patch ** 2 + 1) * dim + norm + depth * 2 * norm + (dim + 1) * classes +
      setsOf(owners.depthwise, depth) * (kernel ** 2 + 1) * dim +
      setsOf(owners.pointwise, depth) * (dim + 1) * dim;
  },
  largestLayer: ({ dim, patch }, { image: [height, width] }) => (height / patch) * (width / patch) * dim,
  macs: (settings, seen) => convMixerMacs({ ...settings, ...seen }),
  label: ({ dim, depth }) => `ConvMixer-${dim}/${depth}`,
  recipe: ({ dim, depth, kernel, patch }) => `ConvMixer-${dim}/${depth}, kernel ${kernel}, patch ${patch}`,
  depth: ({ depth }) => depth,
  sharing: ({ sharing }) => sharing,
});

/** Multiply-accumulate operations of a ConvMixer for one image; sharing does not change them. */
export function convMixerMacs({ dim, depth, kernel, patch, classes, image }: ConvMixerOptions): number {
  const [height, width, channels] = image;
  const pixels = (height / patch) * (width / patch);
  const block = pixels * (kernel ** 2 * dim + dim ** 2);
  return pixels * patch ** 2 * channels * dim + depth * block + dim * classes;
}
