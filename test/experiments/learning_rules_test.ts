import assert from "node:assert/strict";
import { committedRecords } from "../../lib/experiments/existing.ts";
import * as cifar from "../../lib/experiments/proxy/cifar_10_learning_rules.ts";
import * as fashion from "../../lib/experiments/proxy/fashion_mnist_learning_rules.ts";
import { contestants, type ContestSize, NORM_POLICIES } from "../../lib/experiments/proxy/learning_rules.ts";
import * as folded from "../../lib/experiments/spiking_sharing/fashion_mnist_folded.ts";
import { ruleOf } from "../../lib/learning/rules/all.ts";
import type { RunRecord } from "../../lib/runs/record.ts";

/** All but the control without replacement, which is trained as proxy learning is and is to differ from it in nothing else. */
const GRIDS: { grid: string; size: ContestSize; rules: string[] }[] = [
  {
    grid: "fashion-mnist-learning-rules-tuning",
    size: fashion.SIZES.study,
    rules: ["ann", "proxy-k2", "proxy-k1", "surrogate", "surrogate-few-steps", "tandem", "tandem-stop"],
  },
  {
    grid: "cifar-10-learning-rules-tuning-in-pytorch",
    size: cifar.SIZES.study,
    rules: ["ann", "proxy-k8", "surrogate-few-steps", "tandem"],
  },
  {
    grid: "fashion-mnist-folded-tuning-in-pytorch",
    size: folded.SIZES.study,
    rules: ["ann", "proxy-k2", "surrogate"],
  },
];

for (const { grid, size, rules } of GRIDS) {
  Deno.test(`rules are trained as ${grid} prefers, argmax on held-out images`, () => {
    const records = committedRecords(grid);
    const accuracy = ({ config, last }: RunRecord) =>
      last?.evaluation[ruleOf(config.rule).lives[0]]?.argmax ?? -1;
    const policies = Object.keys(NORM_POLICIES).join("|");
    for (const rule of rules) {
      const method = contestants(size).find(({ id }) => id === rule);
      assert.ok(method !== undefined, rule);
      const tried = records.filter(({ row }) => new RegExp(`^${rule}-(${policies})-lr`).test(row));
      assert.equal(tried.length, 12, `${rule}: as many trials as every other`);
      const [best] = tried.sort((a, b) => accuracy(b) - accuracy(a));
      assert.equal(`${rule}-${method.norms}-lr${method.optimiser.learningRate.toExponential()}`, best?.row);
    }
  });
}
