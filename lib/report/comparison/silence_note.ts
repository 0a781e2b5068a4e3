import { mainLabel, type RunGroup } from "../label.ts";

/** A sentence on the runs whose outputs were silent for some images, which the tie-inclusive rule counts as correct; else none. */
export function silenceNote(groups: readonly RunGroup[]): string[] {
  const silent = groups.map(sharesOf).filter((text) => text !== "");
  return silent.length === 0 ? [] : [
    "Without a spike of any output an image is a tie of all classes: wrong by argmax unless its label is class 0, right by the tie-inclusive " +
    `rule. Share of such images: ${silent.join("; ")}.`,
  ];
}

/** "SNN by proxy (K = 1) 5.01 % (seed 1), every image (seeds 2, 3)", or nothing. */
function sharesOf({ first, finished }: RunGroup): string {
  const seeds = new Map<string, number[]>();
  for (const { last, config: { seed } } of finished) {
    const share = last?.evaluation.snn?.silent ?? 0;
    const text = share === 1 ? "every image" : `${(100 * share).toFixed(2)} %`;
    if (share > 0) seeds.set(text, [...seeds.get(text) ?? [], seed]);
  }
  const shares = [...seeds].map(([text, of]) =>
    `${text} (${of.length > 1 ? "seeds" : "seed"} ${of.join(", ")})`
  );
  return shares.length === 0 ? "" : `${mainLabel(first)} ${shares.join(", ")}`;
}
