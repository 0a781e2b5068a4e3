import type { RunRecord } from "../../runs/record.ts";
import { reportedValues, SNN_BY_PROXY } from "../../experiments/reported.ts";
import { type Spread, spread } from "../frame.ts";
import { evaluatedLabel, mainLabel, reducedLabel, type RunGroup } from "../label.ts";
import { type Finding, findingsTable, ONE_PAIR, points, VERDICT_NOTES } from "../findings.ts";
import { paired } from "../paired.ts";
import type { Table } from "../table.ts";
import { lastAccuracy, methodOf, methods } from "./methods.ts";
import { neededReadOut, readOuts } from "./time_and_cost.ts";
import { requireTwoLives } from "../require_records.ts";

/** "Far fewer" time steps: at most half as many. */
const FAR = 2;

/** Every claim of the abstract that these runs can speak about, what they say, and the verdict the numbers give. */
export function claimsTable(records: readonly RunRecord[]): Table {
  requireTwoLives("Making the table of claims", records);
  const text = {
    name: `${records[0]?.experiment ?? "comparison"}-claims`,
    title: "Claims, our measurements, verdicts",
    caption: `Argmax after the last epoch on ${
      evaluatedLabel(records)
    }; differences paired by seed, mean ± standard deviation over n pairs, with the 95 % interval of the mean; p of the paired t-test, two-sided.`,
    label: reducedLabel(records),
    notes: [
      ...VERDICT_NOTES,
      "Of a rule's variants the most accurate decides, of those that are as published where there are any.",
      `Time steps: those after which the SNN by proxy is within half a point of its own best; the converted one's until it is as good as that. Far fewer: at most 1 / ${FAR} for every seed.`,
      "A verdict is about these runs; a reduced profile cannot confirm or refute what the full recipe does.",
    ],
  };
  return findingsTable(text, "Claim (abstract)", proxyFindings(records));
}

/** What the runs say about each claim of the abstract. */
export function proxyFindings(records: readonly RunRecord[]): Finding[] {
  const proxies = methods(records).filter(({ first }) => first.config.rule.name === "proxy");
  return proxies.flatMap((proxy) => [
    ...beats(records, proxy, "beats tandem learning", ["tandem", "tandem-stop"]),
    ...beats(records, proxy, "beats surrogate gradients", ["surrogate", "surrogate-few-steps"]),
    ...beats(records, proxy, "beats converted SNNs", ["conversion", "conversion-or"]),
    ...beatsEarly(records, proxy),
    ...needsFewerSteps(records, proxy),
    ...reaches(proxy),
  ]);
}

/** Against every variant of a rival rule; the strongest decides. */
function beats(records: readonly RunRecord[], proxy: RunGroup, claim: string, rows: string[]): Finding[] {
  const rivals = rows.flatMap((row) => methodOf(records, row) ?? []);
  const decisive = strongest(rivals);
  return rivals.flatMap((rival): Finding[] => {
    const test = paired(proxy.finished, rival.finished, lastAccuracy);
    if (test === null) return [];
    const measured = `${points(test.difference)} points against ${mainLabel(rival.first)}`;
    const found = { claim, network: mainLabel(proxy.first), measured, n: test.difference.n, test };
    return [{ ...found, ...(rival === decisive ? {} : { verdict: WEAKER }), ...doubt(rival.first) }];
  });
}

const WEAKER = "decides nothing: a variant of the other rule is stronger";

/** The most accurate of those that are their authors' own, or of all where none is. */
function strongest(rivals: readonly RunGroup[]): RunGroup | undefined {
  const published = rivals.filter(({ first }) => doubt(first).verdict === undefined);
  const accuracy = ({ finished }: RunGroup) => spread(finished.map(lastAccuracy))?.mean ?? -1;
  return [...(published.length > 0 ? published : rivals)].sort((a, b) => accuracy(b) - accuracy(a))[0];
}

/** Against the converted network when it may run only as long as the proxy's. */
function beatsEarly(records: readonly RunRecord[], proxy: RunGroup): Finding[] {
  const converted = methodOf(records, "conversion");
  const { rule } = proxy.first.config;
  if (converted === undefined || rule.name !== "proxy") return [];
  const accuracy = (record: RunRecord) =>
    record.spiking?.overTime.find(({ t }) => t === rule.T)?.argmax ?? NaN;
  const test = paired(proxy.finished, converted.finished, accuracy);
  if (test === null) return [];
  const measured = `${points(test.difference)} points at T = ${rule.T}`;
  return [{
    ...{ claim: "beats converted SNNs, at the same T", network: mainLabel(proxy.first) },
    ...{ measured, n: test.difference.n, test, ...doubt(converted.first) },
  }];
}

/** A rule that is not its authors' decides nothing about theirs. */
function doubt({ config: { rule } }: RunRecord): { verdict?: string } {
  const own = (rule.name === "tandem" && rule.norms !== "of-counts") ||
    (rule.name === "conversion" && rule.pooling !== "gated");
  return own ? { verdict: "not tested: the other rule is not the published one" } : {};
}

/** After how many steps the proxy's SNN is as good as it needs to be, and the converted one as good as that. */
function needsFewerSteps(records: readonly RunRecord[], proxy: RunGroup): Finding[] {
  const converted = methodOf(records, "conversion");
  const pairs = proxy.finished.flatMap((record) => {
    const twin = converted?.finished.find(({ config }) => config.seed === record.config.seed);
    const ours = neededReadOut(readOuts(record));
    if (twin === undefined || ours === undefined) return [];
    const theirs = readOuts(twin).find(({ argmax }) => argmax >= ours.argmax);
    return [{ ours, theirs: theirs?.t ?? Infinity }];
  });
  const [steps, accuracy] = [
    spread(pairs.map(({ ours }) => ours.t)),
    spread(pairs.map(({ ours }) => 100 * ours.argmax)),
  ];
  if (steps === null || accuracy === null) return [];
  const reached = spread(pairs.map(({ theirs }) => theirs).filter(Number.isFinite));
  const missed = pairs.length - (reached?.n ?? 0);
  const measured = `${number(steps, 1)} steps for ${number(accuracy, 2)} %; the converted SNN ` +
    [
      ...(reached === null ? [] : [`is as good after ${number(reached, 1)}`]),
      ...(missed === 0 ? [] : [`never is as good in ${missed} of ${pairs.length} pairs`]),
    ].join(", ");
  return [{
    ...{ claim: "needs far fewer time steps than conversion", network: mainLabel(proxy.first) },
    ...{ measured, n: pairs.length, test: null },
    verdict: stepsVerdict(pairs.map(({ ours, theirs }) => theirs / ours.t)),
    ...(converted === undefined ? {} : doubt(converted.first)),
  }];
}

function stepsVerdict(ratios: number[]): string {
  if (ratios.length === 0 || ratios.some(Number.isNaN)) return "not measured";
  const said = ratios.every((ratio) => ratio >= FAR)
    ? "holds here"
    : ratios.every((ratio) => ratio > 1)
    ? "fewer here, but not far fewer"
    : ratios.every((ratio) => ratio <= 1)
    ? "fails here"
    : "open: seeds disagree";
  return ratios.length > 1 ? said : `${ONE_PAIR}: ${(ratios[0] as number).toFixed(1)} times its steps`;
}

/** The reported accuracy itself. */
function reaches({ first, finished }: RunGroup): Finding[] {
  const dataset = first.config.data.name;
  const ours = spread(finished.map(lastAccuracy));
  if (ours === null) return [];
  const measured = `${
    number({ ...ours, mean: 100 * ours.mean, sd: ours.sd === null ? null : 100 * ours.sd }, 2)
  } %`;
  return reportedValues(dataset, SNN_BY_PROXY).filter(({ tag }) => tag === "abstract").map(({ value }) => ({
    ...{
      claim: `${value.toFixed(2)} % (tie rule not given)`,
      network: mainLabel(first),
      measured,
      n: ours.n,
    },
    test: null,
    verdict: first.reduced.length > 0
      ? "not tested at this scale"
      : 100 * ours.mean >= value
      ? "reached"
      : "not reached",
  }));
}

function number({ mean, sd }: Spread, digits: number): string {
  return sd === null ? mean.toFixed(digits) : `${mean.toFixed(digits)} ± ${sd.toFixed(digits)}`;
}
