import type { RunRecord } from "../../experiments/record.ts";
import { colour, INK } from "../figure.ts";
import { groupRuns, type RunGroup } from "../label.ts";

type RuleName = RunRecord["config"]["rule"]["name"];

/** The learning rules in the order of tables and legends. */
const ORDER: readonly RuleName[] = ["proxy", "tandem", "surrogate", "conversion", "ann"];
const DASHES = ["solid", "dash", "dot", "dashdot"] as const;

/** The groups of a comparison, rule by rule: a rule's variants stand together, in the experiment's order. */
export function methods(records: readonly RunRecord[]): RunGroup[] {
  const groups = groupRuns(records);
  return ORDER.flatMap((name) => groups.filter(({ first }) => first.config.rule.name === name));
}

/** The methods that end in an SNN with a simulation to look at. */
export function spikingMethods(records: readonly RunRecord[]): RunGroup[] {
  return methods(records).filter(({ finished }) => finished.some(({ spiking }) => spiking !== undefined));
}

/** How a method is drawn: a colour for its rule, a dash for its variant; the same in every figure. */
export function lookOf(
  { first }: RunGroup,
  all: readonly RunGroup[],
): { colour: string; dash: typeof DASHES[number] } {
  const { name } = first.config.rule;
  const variants = all.filter((group) => group.first.config.rule.name === name);
  const variant = variants.findIndex((group) => group.first.row === first.row);
  return {
    colour: name === "ann" ? INK : colour(ORDER.indexOf(name)),
    dash: DASHES[Math.max(0, variant) % DASHES.length] as typeof DASHES[number],
  };
}

/** The group of a row of the experiment, e.g. "proxy-k2". */
export function methodOf(records: readonly RunRecord[], row: string): RunGroup | undefined {
  return groupRuns(records).find(({ first }) => first.row === row);
}

/** Accuracy (argmax) of what a run trained, after its last epoch. */
export function lastAccuracy({ last }: RunRecord): number {
  return (last?.evaluation.snn ?? last?.evaluation.ann)?.argmax ?? NaN;
}
