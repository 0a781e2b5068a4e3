import type { RunRecord } from "../runs/record.ts";
import { correctImages } from "../spiking/correct_images.ts";
import { holm } from "./holm.ts";
import { evaluatedLabel, mainLabel, reducedLabel, type RunGroup } from "./label.ts";
import { type Discordance, discordance, mcnemar } from "./mcnemar.ts";
import { pointsText, pText, SIGNIFICANT } from "./paired.ts";
import type { Cell, Table } from "./table.ts";

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
  return {
    name: `${records[0]?.experiment ?? "runs"}-image-by-image`,
    title: "The same images, two networks",
    caption: `Argmax after the last epoch on ${
      evaluatedLabel(records)
    }: how many images one of two trained networks alone has right; p of McNemar's exact test, two-sided.`,
    label: reducedLabel(records),
    columns: [
      { heading: "Network", format: "text" },
      { heading: "Against", format: "text" },
      { heading: "Seed", format: "text" },
      { group: "Images right in", heading: "it alone", format: "integer" },
      { group: "Images right in", heading: "the other alone", format: "integer" },
      { heading: "Difference (points)", format: "text" },
      { heading: "p", format: "text" },
      { heading: "p, corrected", format: "text" },
    ],
    rows: compared.map((one, index) => row(one, label, ps[index] ?? null, corrected[index] ?? null)),
    notes: [
      `The test asks whether two trained networks differ on other images (p < ${SIGNIFICANT}), not whether their rules would with other seeds: that is the paired t-test's question.`,
      "p, corrected: by Holm's method over all tests of this table.",
    ],
  };
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

function row(
  { versus, seed, counts }: Compared,
  label: (record: RunRecord) => string,
  p: number | null,
  corrected: number | null,
): Cell[] {
  const { onlyOne, onlyOther, both, neither } = counts;
  return [
    ...versus.map(({ first }) => label(first)),
    String(seed),
    ...[onlyOne, onlyOther],
    pointsText((onlyOne - onlyOther) / (onlyOne + onlyOther + both + neither)),
    ...[pText(p), pText(corrected)],
  ];
}
