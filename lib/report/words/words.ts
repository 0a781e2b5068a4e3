import type { RuleName, RuleSettings } from "../../learning/rules/all.ts";
import type { Life } from "../../models/network.ts";

/** The settings of one learning rule. */
export type Rule<Name extends RuleName> = Extract<RuleSettings, { name: Name }>;

/** What a table of rules says of one: its neurons, what is read out, the loss on it and where its gradient goes. */
export interface RuleRow {
  neurons: string;
  output: string;
  loss: string;
  gradient: string;
}

/** How a learning rule is shown and told, everywhere in tables, figures and notes. */
export interface Words<Name extends RuleName> {
  /** A few words for a legend. */
  readonly short: string;
  /** The colour of its lines and bars. */
  readonly colour: string;
  /** Whose rule it is. */
  readonly source: string;
  /** What a network trained by it is called, e.g. "SNN by proxy (K = 4)". */
  label(rule: Rule<Name>, life: Life): string;
  /** What it does, with its settings, for the note under a table. */
  recipe(rule: Rule<Name>): string;
  row(rule: Rule<Name>): RuleRow;
}

/** What a spiking network is trained for: "K = 4", or "rate 1" where counts are divided by T. */
export function targetLabel(rule: Pick<Rule<"proxy">, "output" | "target">): string {
  return rule.output === "count" ? `K = ${rule.target}` : `rate ${rule.target}`;
}

/** Neurons and time steps, for a note. */
export function neuronText(
  { threshold, reset, T }: { threshold: number; reset: string; T: number },
): string {
  return `threshold ${threshold}, ${reset} reset, T = ${T}`;
}

/** Neurons, for the table of rules. */
export function neurons({ threshold, reset }: { threshold: number; reset: "hard" | "subtract" }): string {
  return `IF, threshold ${threshold}, ${reset === "hard" ? "hard" : "soft"} reset`;
}
