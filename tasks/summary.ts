import { converts } from "../lib/learning/rules/all.ts";
import type { RunRecord, Score } from "../lib/runs/record.ts";
import { epochsText } from "../lib/notebook/pace_text.ts";

/** A record in one line, for the terminal. */
export function summary(record: RunRecord): string {
  const scores = Object.entries(record.last?.evaluation ?? {}).map(([life, score]) => describe(life, score));
  const end = record.divergence === undefined
    ? made(record)
    : `DIVERGED at epoch ${record.divergence.epoch}, step ${record.divergence.step} (${record.divergence.what})`;
  const size = record.reduced.length === 0 ? record.profile : `${record.profile}, reduced`;
  return `${record.row} (${size}, seed ${record.config.seed}, ${record.hash}): ${end}; ` +
    `${record.evaluatedOn}: ${scores.join("; ")}; ${record.cost.wallSeconds.toFixed(0)} s`;
}

function made({ config: { rule }, curve }: RunRecord): string {
  return converts(rule) ? "converted" : epochsText(curve.length);
}

function describe(life: string, { argmax, expected, tieInclusive, tied, silent }: Score): string {
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  if (life === "ann") return `ANN ${percent(argmax)}`;
  const ties = `${percent(tied)} tied${silent > 0 ? `, ${percent(silent)} silent` : ""}`;
  const fair = expected === undefined ? "" : `${percent(expected)} expected, `;
  return `SNN ${percent(argmax)} argmax, ${fair}${percent(tieInclusive)} tie-inclusive (${ties})`;
}
