import type { Spread } from "./frame.ts";
import { holm } from "./holm.ts";
import { intervalText, type Paired, pointsText, pText, SIGNIFICANT } from "./paired.ts";
import type { Cell, Column, Table } from "./table.ts";

/** A claim as runs speak about it, before the tests of its table are corrected. */
export interface Finding {
  claim: string;
  network: string;
  measured: string;
  /** Pairs or runs; null where nothing was trained. */
  n: number | null;
  /** The test that decides it; without one its verdict is a sentence. */
  test: Paired | null;
  /** Where the test does not decide, and so is none of the table's; or what its corrected p-value decides. */
  verdict?: string | ((corrected: number | null) => string);
}

/** The columns of findings, behind that of the claim. */
export const FINDING_COLUMNS: Column[] = [
  { heading: "Network", format: "text" },
  { heading: "Our measurement", format: "text" },
  { heading: "Verdict", format: "text" },
  { heading: "95 % interval (points)", format: "text" },
  { heading: "n", format: "integer" },
  { heading: "p", format: "text" },
  { heading: "p, corrected", format: "text" },
];

export const VERDICT_NOTES: readonly string[] = [
  `Verdicts: holds or fails here = the difference has that sign and its corrected p < ${SIGNIFICANT}; open = it could be the scatter of seeds; one pair is no test. Corrected: by Holm's method over all tests of this table that can decide.`,
];

export const ONE_PAIR = "one pair, no verdict";

/** The cells of each finding in those columns, their p-values corrected together. */
export function findingCells(findings: readonly Finding[]): Cell[][] {
  const corrected = holm(
    findings.map(({ test, verdict }) => typeof verdict === "string" ? null : test?.p ?? null),
  );
  return findings.map(({ network, measured, n, test, verdict }, index) => {
    const p = corrected[index] ?? null;
    const decided = typeof verdict === "string" ? verdict : verdict?.(p) ?? verdictOf(test, p);
    return [network, measured, decided, intervalText(test?.interval), n, pText(test?.p ?? null), pText(p)];
  });
}

/** What a difference is called by its sign, and once its test decides. */
interface VerdictWords {
  ahead: string;
  behind: string;
  holds: string;
  fails: string;
}

const OF_CLAIMS: VerdictWords = {
  ahead: "ahead",
  behind: "behind",
  holds: "holds here",
  fails: "fails here",
};

/** What a test and its corrected p-value decide. */
export function verdictOf(test: Paired | null, corrected: number | null, words = OF_CLAIMS): string {
  const { mean, n } = test?.difference ?? { mean: NaN, n: 0 };
  if (!Number.isFinite(mean)) return "not measured";
  const side = mean > 0 ? words.ahead : mean < 0 ? words.behind : "level";
  if (n < 2) return `${ONE_PAIR}: ${side}`;
  if (corrected === null || !(corrected < SIGNIFICANT)) return `open: ${side}, within the scatter of seeds`;
  return mean > 0 ? words.holds : words.fails;
}

/** A table of findings; `heading` says what their claims are. */
export function findingsTable(
  text: Omit<Table, "columns" | "rows">,
  heading: string,
  findings: readonly Finding[],
): Table {
  return {
    ...text,
    columns: [{ heading, format: "text" }, ...FINDING_COLUMNS],
    rows: findingCells(findings).map((cells, index) => [(findings[index] as Finding).claim, ...cells]),
  };
}

/** A difference of fractions in points: "+1.23 ± 0.45". */
export function points({ mean, sd }: Spread): string {
  return withSd(pointsText(mean), sd);
}

/** The same without its sign: "1.23 ± 0.45". */
export function pointsApart({ mean, sd }: Spread): string {
  return withSd(Math.abs(100 * mean).toFixed(2), sd);
}

function withSd(mean: string, sd: Spread["sd"]): string {
  return sd === null ? mean : `${mean} ± ${(100 * sd).toFixed(2)}`;
}
