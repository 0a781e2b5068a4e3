import type { RunRecord } from "../../runs/record.ts";
import { REPORTED_NAMES, reportedValues, SNN_BY_PROXY } from "../../experiments/reported.ts";
import { type Spread, spread } from "../frame.ts";
import { evaluatedLabel, mainLabel, reducedLabel, type RunGroup } from "../label.ts";
import { type Paired, paired, pText } from "../paired.ts";
import type { Cell, Table } from "../table.ts";
import { lastAccuracy, methodOf, methods } from "./methods.ts";
import { neededReadOut, readOuts } from "./time_and_cost.ts";

/** A p-value below it decides. */
const SIGNIFICANT = 0.05;
/** "Far fewer" time steps: at most half as many. */
const FAR = 2;

/** Every claim of the abstract that these runs can speak about, what they say, and the verdict the numbers give. */
export function claimsTable(records: readonly RunRecord[]): Table {
  const proxies = methods(records).filter(({ first }) => first.config.rule.name === "proxy");
  return {
    name: `${records[0]?.experiment ?? "comparison"}-claims`,
    title: "Claims, our measurements, verdicts",
    caption: `Argmax after the last epoch on ${
      evaluatedLabel(records)
    }; differences paired by seed, mean ± standard deviation over n pairs; p of the paired t-test, two-sided.`,
    label: reducedLabel(records),
    columns: [
      { heading: "Claim (abstract)", format: "text" },
      { heading: "Network", format: "text" },
      { heading: "Our measurement", format: "text" },
      { heading: "n", format: "integer" },
      { heading: "p", format: "text" },
      { heading: "Verdict", format: "text" },
    ],
    rows: proxies.flatMap((proxy) => [
      ...beats(records, proxy, "beats tandem learning", ["tandem", "tandem-stop"]),
      ...beats(records, proxy, "beats surrogate gradients", ["surrogate"]),
      ...beats(records, proxy, "beats converted SNNs", ["conversion"]),
      ...beatsEarly(records, proxy),
      ...needsFewerSteps(records, proxy),
      ...reaches(proxy),
    ]),
    notes: [
      `Verdicts: holds or fails here = the difference has that sign and p < ${SIGNIFICANT}; open = it could be the scatter of seeds; without a second pair there is no test. No correction for several tests.`,
      `Time steps: those after which the SNN by proxy is within half a point of its own best; the converted one's until it is as good as that. Far fewer: at most 1 / ${FAR} for every seed.`,
      "A verdict is about these runs; a reduced profile cannot confirm or refute what the full recipe does.",
    ],
  };
}

function beats(records: readonly RunRecord[], proxy: RunGroup, claim: string, rows: string[]): Cell[][] {
  return rows.flatMap((row) => {
    const other = methodOf(records, row);
    const difference = other && paired(proxy.finished, other.finished, lastAccuracy);
    if (other === undefined || difference == null) return [];
    return [[
      claim,
      mainLabel(proxy.first),
      `${points(difference.difference)} points against ${mainLabel(other.first)}`,
      ...tested(difference),
    ]];
  });
}

/** Against the converted network when it may run only as long as the proxy's. */
function beatsEarly(records: readonly RunRecord[], proxy: RunGroup): Cell[][] {
  const converted = methodOf(records, "conversion");
  const { rule } = proxy.first.config;
  if (converted === undefined || rule.name !== "proxy") return [];
  const accuracy = (record: RunRecord) =>
    record.spiking?.overTime.find(({ t }) => t === rule.T)?.argmax ?? NaN;
  const difference = paired(proxy.finished, converted.finished, accuracy);
  if (difference === null) return [];
  return [[
    "beats converted SNNs, at the same T",
    mainLabel(proxy.first),
    `${points(difference.difference)} points at T = ${rule.T}`,
    ...tested(difference),
  ]];
}

/** After how many steps the proxy's SNN is as good as it needs to be, and the converted one as good as that. */
function needsFewerSteps(records: readonly RunRecord[], proxy: RunGroup): Cell[][] {
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
  return [[
    "needs far fewer time steps than conversion",
    mainLabel(proxy.first),
    `${number(steps, 1)} steps for ${number(accuracy, 2)} %; the converted SNN ` +
    [
      ...(reached === null ? [] : [`is as good after ${number(reached, 1)}`]),
      ...(missed === 0 ? [] : [`never is as good in ${missed} of ${pairs.length} pairs`]),
    ].join(", "),
    pairs.length,
    null,
    stepsVerdict(pairs.map(({ ours, theirs }) => theirs / ours.t)),
  ]];
}

function stepsVerdict(ratios: number[]): string {
  if (ratios.length === 0 || ratios.some(Number.isNaN)) return "not measured";
  if (ratios.every((ratio) => ratio >= FAR)) return "holds here";
  if (ratios.every((ratio) => ratio > 1)) return "fewer here, but not far fewer";
  return ratios.every((ratio) => ratio <= 1) ? "fails here" : "open: seeds disagree";
}

/** The reported accuracy itself. */
function reaches({ first, finished }: RunGroup): Cell[][] {
  const dataset = REPORTED_NAMES[first.config.data.name];
  const ours = spread(finished.map(lastAccuracy));
  if (ours === null) return [];
  return reportedValues(dataset, SNN_BY_PROXY).filter(({ tag }) => tag === "abstract").map(({ value }) => [
    `${value.toFixed(2)} % (tie rule not given)`,
    mainLabel(first),
    `${number({ ...ours, mean: 100 * ours.mean, sd: ours.sd === null ? null : 100 * ours.sd }, 2)} %`,
    ours.n,
    null,
    first.reduced.length > 0
      ? "not tested: the profile is reduced"
      : 100 * ours.mean >= value
      ? "reached"
      : "not reached",
  ]);
}

/** n, p and verdict. */
function tested({ difference, p }: Paired): Cell[] {
  return [difference.n, pText(p), verdict(difference, p)];
}

function verdict({ mean, sd, n }: Spread, p: number | null): string {
  if (!Number.isFinite(mean)) return "not measured";
  const side = mean > 0 ? "ahead" : mean < 0 ? "behind" : "level";
  if (n < 2) return `${side} in the only pair: no test`;
  const decided = sd === 0 ? mean !== 0 : p !== null && p < SIGNIFICANT;
  if (!decided) return `open: ${side}, within the scatter of seeds`;
  return mean > 0 ? "holds here" : "fails here";
}

/** A difference of fractions in points: "+1.23 ± 0.45". */
function points({ mean, sd }: Spread): string {
  const sign = mean > 0 ? "+" : mean < 0 ? "−" : "";
  const size = Math.abs(100 * mean).toFixed(2);
  return sd === null ? `${sign}${size}` : `${sign}${size} ± ${(100 * sd).toFixed(2)}`;
}

function number({ mean, sd }: Spread, digits: number): string {
  return sd === null ? mean.toFixed(digits) : `${mean.toFixed(digits)} ± ${sd.toFixed(digits)}`;
}
