import type { RunRecord } from "../runs/record.ts";
import { correctImages } from "../spiking/correct_images.ts";
import { holm } from "./holm.ts";
import { evaluatedLabel, mainLabel, reducedLabel, type RunGroup } from "./label.ts";
import { type Discordance, discordance, mcnemar } from "./mcnemar.ts";
import { pointsText, pText, SIGNIFICANT } from "./paired.ts";
import { makeTable, type Table } from "./table.ts";

/** Two groups that are compared. */
export type Versus = readonly [one: RunGroup, other: RunGroup];

interface Compared {
  versus: Versus;
  seed: number;
  counts: Discordance;
}

/**
 * Pairs of runs of one seed, compared image by image by McNemar's test; null where no pair of records tells which images
 * were right, as older ones do not.
 */
export function imageByImageTable(
  records: readonly RunRecord[],
  pairs: readonly Versus[],
  label: (record: RunRecord) => string = mainLabel,
): Table | null {
  const compared = pairs.flatMap(comparePair);
  if (compared.length === 0) return null;
  const ps = compared.map(({ counts }) => mcnemar(counts));
  const corrected = holm(ps);
  const rows = compared.map((one, index) => ({
    ...one,
    p: ps[index] ?? null,
    corrected: corrected[index] ?? null,
  }));
  const right = "Images right in";
  return makeTable(
    {
      name: `${records[0]?.experiment ?? "runs"}-image-by-image`,
      title: "The same images, two networks",
      caption: `Argmax after the last epoch on ${
        evaluatedLabel(records)
      }: how many images one of two trained networks alone has right; p of McNemar's exact test, two-sided.`,
      label: reducedLabel(records),
      notes: [
        `The test asks whether two trained networks differ on other images (p < ${SIGNIFICANT}), not whether their rules would with other seeds: that is the paired t-test's question.`,
        "p, corrected: by Holm's method over all tests of this table.",
      ],
    },
    [
      { heading: "Network", format: "text", cell: ({ versus: [one] }) => label(one.first) },
      { heading: "Against", format: "text", cell: ({ versus: [, other] }) => label(other.first) },
      { heading: "Seed", format: "text", cell: ({ seed }) => String(seed) },
      { group: right, heading: "it alone", format: "integer", cell: ({ counts }) => counts.onlyOne },
      { group: right, heading: "the other alone", format: "integer", cell: ({ counts }) => counts.onlyOther },
      { heading: "Difference (points)", format: "text", cell: ({ counts }) => pointsText(advantage(counts)) },
      { heading: "p", format: "text", cell: ({ p }) => pText(p) },
      { heading: "p, corrected", format: "text", cell: ({ corrected }) => pText(corrected) },
    ],
    rows,
  );
}

/** The difference of both accuracies. */
function advantage({ onlyOne, onlyOther, both, neither }: Discordance): number {
  return (onlyOne - onlyOther) / (onlyOne + onlyOther + both + neither);
}

function comparePair(versus: Versus): Compared[] {
  const [one, other] = versus;
  return one.finished.flatMap((record) => {
    const twin = other.finished.find(({ config }) => config.seed === record.config.seed);
    const [ours, theirs] = [answers(record), twin === undefined ? null : answers(twin)];
    if (ours === null || theirs === null || ours.length !== theirs.length) return [];
    return [{ versus, seed: record.config.seed, counts: discordance(ours, theirs) }];
  });
}

/** Which evaluated images the trained network has right, or null where its record does not say. */
function answers({ correct, evaluatedOn, config: { data } }: RunRecord): boolean[] | null {
  const text = correct?.snn ?? correct?.ann;
  if (text === undefined) return null;
  return correctImages(text, evaluatedOn === "test" ? data.testImages : data.validationImages);
}
