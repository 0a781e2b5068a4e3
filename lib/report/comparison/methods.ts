import type { RunRecord } from "../../runs/record.ts";
import { RULES } from "../../learning/rules/all.ts";
import { translucent } from "../figure.ts";
import { groupRuns, type RunGroup } from "../label.ts";
import { wordsOf } from "../words/all.ts";

const DASHES = ["solid", "dash", "dot", "dashdot"] as const;
const OPACITIES = [1, 0.65, 0.4, 0.2] as const;

/** The groups of a comparison, rule by rule: a rule's variants stand together, in the experiment's order. */
export function methods(records: readonly RunRecord[]): RunGroup[] {
  const groups = groupRuns(records);
  return RULES.flatMap(({ name }) => groups.filter(({ first }) => first.config.rule.name === name));
}

/** The methods that end in an SNN with a simulation to look at. */
export function spikingMethods(records: readonly RunRecord[]): RunGroup[] {
  return methods(records).filter(({ finished }) => finished.some(({ spiking }) => spiking !== undefined));
}

/** How a method's line is drawn: a colour for its rule, a dash for its variant; the same in every figure. */
export function lineLook(
  { first }: RunGroup,
  all: readonly RunGroup[],
): { colour: string; dash: typeof DASHES[number] } {
  const dash = DASHES[variantOf(first, all) % DASHES.length] as typeof DASHES[number];
  return { colour: wordsOf(first.config.rule).colour, dash };
}

/** How a method's bar is drawn: a colour for its rule, an opacity for its variant. */
export function barLook({ first }: RunGroup, all: readonly RunGroup[]): { color: string } {
  const opacity = OPACITIES[variantOf(first, all) % OPACITIES.length] as number;
  return { color: translucent(wordsOf(first.config.rule).colour, opacity) };
}

/** The number of a row among those of its rule. */
function variantOf({ row, config: { rule } }: RunRecord, all: readonly RunGroup[]): number {
  const variants = all.filter(({ first }) => first.config.rule.name === rule.name);
  return Math.max(0, variants.findIndex(({ first }) => first.row === row));
}

/** The group of a row of the experiment, e.g. "proxy-k2". */
export function methodOf(records: readonly RunRecord[], row: string): RunGroup | undefined {
  return groupRuns(records).find(({ first }) => first.row === row);
}

/** Accuracy (argmax) of what a run trained, after its last epoch. */
export function lastAccuracy({ last }: RunRecord): number {
  return (last?.evaluation.snn ?? last?.evaluation.ann)?.argmax ?? NaN;
}
