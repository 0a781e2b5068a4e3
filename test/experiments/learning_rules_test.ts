import assert from "node:assert/strict";
import { committedRecords } from "../../lib/experiments/existing.ts";
import { SIZES } from "../../lib/experiments/proxy/fashion_mnist_learning_rules.ts";
import { contestants, NORM_POLICIES } from "../../lib/experiments/proxy/learning_rules.ts";
import { ruleOf } from "../../lib/learning/rules/all.ts";
import type { RunRecord } from "../../lib/runs/record.ts";

/** Trained as another is, and silent whatever its rate and norms are: a control that is to differ from proxy learning in nothing else. */
const FOLLOWS_PROXY = "no-replacement";

Deno.test("the rules on Fashion-MNIST are trained as their grid prefers, argmax on held-out images", () => {
  const grid = committedRecords("fashion-mnist-learning-rules-tuning");
  const accuracy = ({ config, last }: RunRecord) =>
    last?.evaluation[ruleOf(config.rule).lives[0]]?.argmax ?? -1;
  const trained = contestants(SIZES.study).filter(({ rule }) => rule.name !== "conversion");
  for (const { id, norms, optimiser: { learningRate } } of trained) {
    if (id === FOLLOWS_PROXY) continue;
    const chosen = `${id}-${norms}-lr${learningRate.toExponential()}`;
    const policies = Object.keys(NORM_POLICIES).join("|");
    const tried = grid.filter(({ row }) => new RegExp(`^${id}-(${policies})-lr`).test(row));
    assert.equal(tried.length, 12, `${id}: as many trials as every other`);
    const [best] = tried.sort((a, b) => accuracy(b) - accuracy(a));
    assert.equal(chosen, best?.row);
  }
});
