import { networkOf } from "../../models/all.ts";
import type { RunRecord } from "../../runs/record.ts";
import { methods } from "../comparison/methods.ts";
import { changesLabel, mainLabel, type RunGroup } from "../label.ts";

/** What a network is compared as, and what that is called. */
const NAMES = {
  "none": "nothing shared",
  "all": "one kernel for isomorphic layers",
  "equal-narrow": "equal parameters, narrower",
  "equal-shallow": "equal parameters, shallower",
} as const;

/** What a network is compared as: the first part of its row. */
export type Compared = keyof typeof NAMES;

/** The same, in the order of tables. */
export const COMPARED = Object.keys(NAMES) as Compared[];

/** What a record's network is compared as. */
export function comparedAs({ row }: RunRecord): Compared {
  return COMPARED.find((name) => row.startsWith(`${name}-`)) ?? "none";
}

/** "one kernel for isomorphic layers". */
export function sharingName(record: RunRecord): string {
  return NAMES[comparedAs(record)];
}

/** "SNN by proxy (K = 2), one kernel for isomorphic layers". */
export function networkAndRule(record: RunRecord): string {
  return `${mainLabel(record)}, ${sharingName(record)}`;
}

/** The network's size in words: "32 channels, 2 + 3 + 3 isomorphic convolutions". */
export function sizeText({ config: { network } }: RunRecord): string {
  return networkOf(network).recipe({ ...network, sharing: undefined } as typeof network);
}

/** The groups by network, of each the rules in the order of every comparison. */
export function groupsByNetwork(records: readonly RunRecord[]): RunGroup[] {
  return COMPARED.flatMap((name) => methods(records.filter((record) => comparedAs(record) === name)));
}

/** The runs of a network by one rule, without those that were changed. */
export function runsOf(records: readonly RunRecord[], name: Compared, rule: string): RunGroup | undefined {
  return groupsByNetwork(records).find(({ first }) =>
    comparedAs(first) === name && first.config.rule.name === rule && changesLabel(first) === ""
  );
}
