import type { ConvMixerOptions } from "./convmixer.ts";
import type { SeResNetOptions } from "./se_resnet.ts";

/**
 * Numbers that a ConvMixer's forward pass holds at once for one image, weights apart: a layer's input and its output, of
 * which the input is also what the residual adds. Sharing does not change them.
 */
export function convMixerActivations({ dim, patch, image }: Omit<ConvMixerOptions, "sharing">): number {
  const [height, width] = image;
  return 2 * (height / patch) * (width / patch) * dim;
}

/**
 * The same of an SE-ResNet: a block's input, which its shortcut waits with, and the outputs of its two convolutions; the
 * largest over all blocks, of which the first of a stage takes its input from the stage before.
 */
export function seResNetActivations(
  { n, stem, widths, image }: Omit<SeResNetOptions, "sharedStages">,
): number {
  const [height, width] = image;
  const map = (stage: number, channels: number) =>
    Math.ceil(height / 2 ** stage) * Math.ceil(width / 2 ** stage) * channels;
  return Math.max(...widths.flatMap((to, stage) => {
    const input = stage === 0 ? map(0, stem) : map(stage - 1, widths[stage - 1] as number);
    const first = input + 2 * map(stage, to);
    return n > 1 ? [first, 3 * map(stage, to)] : [first];
  }));
}
