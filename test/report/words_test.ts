import assert from "node:assert/strict";
import { z } from "zod";
import { EXPERIMENTS } from "../../lib/experiments/experiments.ts";
import { type RuleName, RULES, type RuleSettings } from "../../lib/learning/rules/all.ts";
import { wordsOf } from "../../lib/report/words/all.ts";

/** Settings that no text names, each for a reason; any other one must change a rule's label, recipe or row. */
const UNSAID: Readonly<Record<RuleName, readonly string[]>> = {
  proxy: ["initialMembrane"], // 0 in every row
  "proxy-control": ["initialMembrane"],
  "no-replacement": ["initialMembrane"],
  tandem: ["initialMembrane", "normMomentum", "scaleDeviation"], // of the released code wherever norms are of counts
  surrogate: ["initialMembrane"],
  conversion: ["calibrationImages"], // follows from the training images
  ann: [],
};

/** Settings of a rule as some experiment has them. */
function someSettings(name: RuleName): RuleSettings {
  const rules = EXPERIMENTS.flatMap(({ rows }) => rows("study")).flatMap(({ configs }) =>
    configs.map(({ rule }) => rule)
  );
  return rules.find((rule) => rule.name === name) ?? assert.fail(`no experiment has the rule ${name}`);
}

/** Values that a setting may have beside its own. */
function othersThan(value: unknown, type: unknown): readonly unknown[] {
  const inner = type instanceof z.ZodOptional ? type.unwrap() : type;
  if (inner instanceof z.ZodEnum) return [...inner.options, ...(inner === type ? [] : [undefined])];
  if (inner instanceof z.ZodBoolean) return [true, false];
  if (inner instanceof z.ZodNumber) return [Number(value ?? 0) + 1, Number(value ?? 0) + 2];
  return assert.fail("a setting is neither a number, nor a choice, nor true or false");
}

function textsOf(rule: RuleSettings): string {
  const words = wordsOf(rule);
  return JSON.stringify([
    words.label(rule, "snn"),
    words.label(rule, "ann"),
    words.recipe(rule),
    words.row(rule),
  ]);
}

for (const { name, schema } of RULES) {
  Deno.test(`the words of ${name} say every setting that is not known to be unsaid`, () => {
    const settings = someSettings(name);
    const unsaid = Object.entries(schema.shape).flatMap(([key, type]) => {
      if (key === "name") return [];
      const others = othersThan((settings as Record<string, unknown>)[key], type);
      const said = others.some((value) =>
        textsOf({ ...settings, [key]: value } as RuleSettings) !== textsOf(settings)
      );
      return said ? [] : [key];
    });
    assert.deepEqual(unsaid.toSorted(), UNSAID[name].toSorted());
  });
}
