import type { Shares } from "./readout.ts";

/** A sentence where outputs were silent for some images, which the tie-inclusive rule counts as correct; else nothing. */
export function describeSilence({ silent }: Shares): string | undefined {
  if (silent === 0) return undefined;
  const images = silent === 1 ? "every image" : `${(100 * silent).toFixed(2)} % of the images`;
  return `The SNN was silent at every output for ${images}: each is a tie of all classes, ` +
    `wrong by argmax unless its label is class 0, right by the tie-inclusive rule.`;
}
