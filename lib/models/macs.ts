import type { ConvMixerOptions } from "./convmixer.ts";
import type { SeResNetOptions } from "./se_resnet.ts";

/** Multiply-accumulate operations of a ConvMixer for one image; sharing does not change them. */
export function convMixerMacs({ dim, depth, kernel, patch, classes, image }: ConvMixerOptions): number {
  const [height, width, channels] = image;
  const pixels = (height / patch) * (width / patch);
  const block = pixels * (kernel ** 2 * dim + dim ** 2);
  return pixels * patch ** 2 * channels * dim + depth * block + dim * classes;
}

/** Multiply-accumulate operations of an SE-ResNet for one image; sharing does not change them. */
export function seResNetMacs({ n, stem, widths, reduction, classes, image }: SeResNetOptions): number {
  const [height, width, channels] = image;
  const stages = widths.map((to, index) => {
    const from = widths[index - 1] ?? stem;
    const pixels = Math.ceil(height / 2 ** index) * Math.ceil(width / 2 ** index);
    const gates = 2 * to * Math.floor(to / reduction);
    const first = pixels * (9 * from * to + 9 * to ** 2 + (from === to && index === 0 ? 0 : from * to)) +
      gates;
    return first + (n - 1) * (pixels * 18 * to ** 2 + gates);
  });
  const head = (widths.at(-1) as number) * classes;
  return height * width * 9 * channels * stem + stages.reduce((sum, macs) => sum + macs, 0) + head;
}
