import { CLASSES } from "../data/classes.ts";
import { isSpikingRule, timeStepsOfRule } from "../learning/rules/all.ts";
import type { Life, RunRecord } from "../runs/record.ts";
import { recipeOf, uniqueRecords } from "./frame.ts";
import { freezing } from "./freezing.ts";
import { progressLabel } from "./progress_label.ts";
import { wordsOf } from "./words/all.ts";

/** Says what the records' profiles reduce, for every table and figure: "Reduced (quick): ...", or "" if nothing. */
export function reducedLabel(records: readonly RunRecord[]): string {
  const labels = records.filter(({ reduced }) => reduced.length > 0)
    .map(({ profile, reduced }) => `Reduced (${profile} profile): ${reduced.map(readable).join("; ")}.`);
  return [...new Set(labels)].join(" ");
}

/** "width x 0.25" with a real multiplication sign. */
export function readable(reduction: string): string {
  return reduction.replace(/ x (?=\d)/g, " × ");
}

/** Which images were evaluated, to start a caption: "10,000 test images". */
export function evaluatedLabel(records: readonly RunRecord[]): string {
  const labels = records.map(({ evaluatedOn, config: { data } }) => {
    const images = evaluatedOn === "test" ? data.testImages : data.validationImages;
    return `${images.toLocaleString("en-US")} ${evaluatedOn} images`;
  });
  return [...new Set(labels)].join(", ") || "no images";
}

/** The finished runs: "1 seed" or "3 seeds"; rows may differ: "1 to 3 seeds". */
export function seedsLabel(records: readonly RunRecord[]): string {
  const counts = groupRuns(records).map(({ finished }) => finished.length);
  if (counts.length === 0) return "no runs";
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return `${least === most ? most : `${least} to ${most}`} ${most === 1 ? "seed" : "seeds"}`;
}

/** What a row of the table is called: "SNN by proxy (K = 4)", "its proxy ANN (K = 4)" or "ANN alone". */
export function rowLabel(record: RunRecord, life: Life): string {
  const { row, config: { rule } } = record;
  const few = row.includes("-few-steps") && isSpikingRule(rule) ? ` (T = ${timeStepsOfRule(rule)})` : "";
  const norms = row.startsWith("norms-") ? `, norms frozen: ${freezing(record.config)}` : "";
  return wordsOf(rule).label(rule, life) + few + norms + changesLabel(record) + progressLabel(record);
}

/** " with rule.T=8" of a run with changed settings, else "". */
export function changesLabel({ row }: Pick<RunRecord, "row">): string {
  return / with .*$/.exec(row)?.[0] ?? "";
}

/** What a record's trained network is called. */
export function mainLabel(record: RunRecord): string {
  return rowLabel(record, isSpiking(record) ? "snn" : "ann");
}

/** Runs that differ by seed only; of runs under way, those that are at the same epoch. */
export interface RunGroup {
  /** Any of them: their configurations agree but for the seed. */
  first: RunRecord;
  /** Those that did not diverge. */
  finished: RunRecord[];
  diverged: RunRecord[];
}

/** Runs grouped by everything but the seed: spiking ones first, else in the order of first appearance. */
export function groupRuns(records: readonly RunRecord[]): RunGroup[] {
  const groups = new Map<string, RunRecord[]>();
  for (const record of uniqueRecords(records)) {
    const key = JSON.stringify([record.experiment, record.profile, record.row, recipeOf(record)]);
    groups.set(key, [...groups.get(key) ?? [], record]);
  }
  const all = [...groups.values()].map((runs) => ({
    first: runs[0] as RunRecord,
    finished: runs.filter(({ status }) => status !== "diverged"),
    diverged: runs.filter(({ status }) => status === "diverged"),
  }));
  return [...all.filter(({ first }) => isSpiking(first)), ...all.filter(({ first }) => !isSpiking(first))];
}

/** The groups that train an SNN. */
export function spikingGroups(records: readonly RunRecord[]): RunGroup[] {
  return groupRuns(records).filter(({ first }) => isSpiking(first));
}

/** The record trains an SNN. */
export function isSpiking({ config }: RunRecord): boolean {
  return isSpikingRule(config.rule);
}

/** What became of a group's runs: "3", "3; seed 2 collapsed", "3; seeds 1, 2 collapsed", "2 of 3; seed 2021 diverged at epoch 4". */
export function runsLabel({ finished, diverged }: RunGroup): string {
  const total = finished.length + diverged.length;
  const collapsed = finished.filter(hasCollapsed).map(({ config }) => config.seed);
  const ends = [
    ...(collapsed.length === 0
      ? []
      : [`seed${collapsed.length === 1 ? "" : "s"} ${collapsed.join(", ")} collapsed`]),
    ...diverged.map((record) => `seed ${record.config.seed} ${divergenceLabel(record)}`),
  ];
  const counted = diverged.length === 0 ? String(total) : `${finished.length} of ${total}`;
  return ends.length === 0 ? counted : `${counted}; ${ends.join(", ")}`;
}

/** A run that finished without having learnt: at most twice as good as guessing. It counts in means, and is named. */
export function hasCollapsed({ last, config: { data } }: RunRecord): boolean {
  const accuracy = (last?.evaluation.snn ?? last?.evaluation.ann)?.argmax ?? NaN;
  return isCollapse(accuracy, CLASSES[data.name].length);
}

/** An accuracy by argmax that is at most twice that of guessing. */
export function isCollapse(accuracy: number, classes: number): boolean {
  return accuracy <= 2 / classes;
}

/** What "collapsed" means, for tables in which a run has; nothing where none has. */
export function collapseNotes(groups: readonly RunGroup[]): string[] {
  return groups.some(({ finished }) => finished.some(hasCollapsed))
    ? ["Collapsed: at the end at most twice as good as guessing by argmax; such runs count in the means."]
    : [];
}

/** "diverged at epoch 4", or "" for a finished run. */
export function divergenceLabel({ divergence }: RunRecord): string {
  return divergence === undefined ? "" : `diverged at epoch ${divergence.epoch}`;
}

/** How a run diverged, of a group in which none finished; null where one did. */
export function endLabel({ finished, diverged: [diverged] }: RunGroup): string | null {
  return finished.length === 0 && diverged !== undefined ? divergenceLabel(diverged) : null;
}
