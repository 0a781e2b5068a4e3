import type { z } from "zod";
import { kindOf } from "../../choice.ts";
import type { Life } from "../../models/network.ts";
import { ann } from "./entries/ann.ts";
import { conversion } from "./entries/conversion.ts";
import { noReplacement } from "./entries/no_replacement.ts";
import { proxy } from "./entries/proxy.ts";
import { proxyControl } from "./entries/proxy_control.ts";
import { surrogate } from "./entries/surrogate.ts";
import { tandem } from "./entries/tandem.ts";
import type { RuleEntry } from "./entry.ts";

/** Every learning rule, in the order of tables and legends. */
export const RULES = [proxy, noReplacement, proxyControl, tandem, surrogate, conversion, ann] as const;

/** The name of a learning rule. */
export type RuleName = typeof RULES[number]["name"];

/** The settings of any learning rule. */
export type RuleSettings = z.output<typeof RULES[number]["schema"]>;

/** The entry of the rule that these settings belong to. */
export function ruleOf({ name }: { name: RuleName }): RuleEntry {
  return kindOf(RULES, name) as unknown as RuleEntry;
}

/** Whether a rule trains the ANN alone and then converts it. */
export function converts(rule: { name: RuleName }): boolean {
  return ruleOf(rule).calibrationImages !== undefined;
}

/** The lives that a run of a rule reports on, the trained one first. */
export function livesOfRule(rule: { name: RuleName }): readonly [Life, ...Life[]] {
  return ruleOf(rule).lives;
}

/** Whether a rule ends in a spiking network. */
export function isSpikingRule(rule: { name: RuleName }): boolean {
  return livesOfRule(rule).includes("snn");
}

/** Time steps of the SNN that a rule ends in; null where there is none. */
export function timeStepsOfRule(rule: RuleSettings): number | null {
  return "T" in rule ? rule.T : null;
}

/** Time steps that a rule simulates while it trains; null where it simulates none. */
export function trainedSteps(rule: RuleSettings): number | null {
  return ruleOf(rule).simulates ? timeStepsOfRule(rule) : null;
}
