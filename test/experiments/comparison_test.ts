import assert from "node:assert/strict";
import { cifar10Comparison } from "../../lib/experiments/proxy/cifar_10_comparison.ts";
import { cifar10ComparisonTuning } from "../../lib/experiments/proxy/cifar_10_comparison_tuning.ts";
import { cifar10LearningRules } from "../../lib/experiments/proxy/cifar_10_learning_rules.ts";
import { annOf, parseConfig } from "../../lib/runs/config/config.ts";
import {
  fashionMnistComparison,
  fashionMnistSixLayerComparison,
} from "../../lib/experiments/proxy/fashion_mnist_comparison.ts";
import { fashionMnistLearningRules } from "../../lib/experiments/proxy/fashion_mnist_learning_rules.ts";
import { fashionMnistFoldedProxyTuning } from "../../lib/experiments/spiking_sharing/fashion_mnist_folded_proxy_tuning.ts";
import { fashionMnistFoldedTuning } from "../../lib/experiments/spiking_sharing/fashion_mnist_folded_tuning.ts";
import { fashionMnistLearningRulesTuning } from "../../lib/experiments/proxy/fashion_mnist_learning_rules_tuning.ts";
import { cifar10ProxyTuning } from "../../lib/experiments/proxy/cifar_10_proxy_tuning.ts";
import { fashionMnistComparisonTuning } from "../../lib/experiments/proxy/fashion_mnist_comparison_tuning.ts";
import { RELEASED } from "../../lib/experiments/proxy/fashion_mnist_proxy.ts";
import { PROFILES } from "../../lib/runs/profile.ts";

const COMPARISONS = [fashionMnistComparison, fashionMnistSixLayerComparison, cifar10Comparison];
const OWN = [fashionMnistLearningRules, cifar10LearningRules];

Deno.test("the rules of a comparison share network, data, optimiser and length of training", () => {
  for (const experiment of COMPARISONS) {
    for (const profile of PROFILES) {
      const rows = experiment.rows(profile);
      assert.deepEqual(rows.map(({ id }) => id), experiment.rows("paper").map(({ id }) => id));
      const common = rows.flatMap(({ configs }) =>
        configs.map(({ data, network, training, optimiser: { learningRate: _rate, ...optimiser } }) =>
          JSON.stringify({ data, network, training, optimiser })
        )
      );
      assert.equal(new Set(common).size, 1, `${experiment.name} ${profile}`);
    }
  }
});

Deno.test("rules with an optimiser and a norm policy of their own share network, data and length of training", () => {
  for (const experiment of OWN) {
    for (const profile of PROFILES) {
      const rows = experiment.rows(profile);
      assert.deepEqual(rows.map(({ id }) => id), experiment.rows("paper").map(({ id }) => id));
      const configs = rows.flatMap(({ configs }) => configs.map(parseConfig));
      const common = configs.map(({ data, network, training: { epochs, batch } }) =>
        JSON.stringify({ data, network, epochs, batch })
      );
      assert.equal(new Set(common).size, 1, `${experiment.name} ${profile}`);
      const policies = configs.map(({ training: { epochs, freezeNormAfter } }) => freezeNormAfter < epochs);
      if (profile !== "smoke") assert.equal(new Set(policies).size, 2);
    }
  }
});

Deno.test("tandem learning is the published one, and conversion the fixed one; today's forms are rows beside them", () => {
  const rows = fashionMnistLearningRules.rows("study");
  const ruleOf = (row: string) =>
    rows.find(({ id }) => id === row)?.configs[0]?.rule as Record<string, unknown>;
  const published = { norms: "of-counts", normMomentum: 0.9, scaleDeviation: 2, stopAtSaturation: false };
  for (const [name, value] of Object.entries(published)) assert.equal(ruleOf("tandem")[name], value);
  assert.deepEqual(ruleOf("tandem-stop"), { ...ruleOf("tandem"), stopAtSaturation: true });
  const { pooling, readout, ...rest } = ruleOf("conversion");
  assert.deepEqual([pooling, readout], ["gated", "current"]);
  assert.deepEqual(ruleOf("conversion-or"), rest);
  const { name: _name, ...control } = ruleOf("no-replacement");
  const { name: _proxy, ...proxy } = ruleOf("proxy-k2");
  assert.deepEqual(control, proxy);
});

Deno.test("every rule has as many trials on the same held-out images", () => {
  for (const profile of PROFILES) {
    const rows = fashionMnistLearningRulesTuning.rows(profile);
    const trials = new Map<string, Set<string>>();
    for (const { configs: [config] } of rows) {
      const { rule, ...others } = parseConfig(config);
      const { optimiser: { learningRate }, training: { freezeNormAfter } } = others;
      const key = JSON.stringify(rule);
      trials.set(key, (trials.get(key) ?? new Set()).add(`${learningRate} ${freezeNormAfter}`));
      assert.deepEqual(others.data, rows[0]?.configs[0]?.data);
    }
    assert.equal(trials.size, 8);
    for (const { size } of trials.values()) assert.equal(size, 12);
  }
});

Deno.test("every conversion starts from the ANN of its table, seed by seed", () => {
  for (const experiment of [...COMPARISONS, ...OWN]) {
    for (const profile of PROFILES) {
      const rows = experiment.rows(profile);
      const anns = rows.find(({ id }) => id === "ann")?.configs.map((config) => JSON.stringify(config)) ?? [];
      for (const { configs } of rows.filter(({ id }) => id.startsWith("conversion"))) {
        for (const config of configs) {
          assert.ok(anns.includes(JSON.stringify(annOf(config))), `${experiment.name} ${profile}`);
        }
      }
    }
  }
});

Deno.test("at the paper profile proxy learning is the released recipe", () => {
  const row = fashionMnistComparison.rows("paper").find(({ id }) => id === "proxy-k1");
  const { evaluation: _evaluation, ...config } = row?.configs[0] ?? {};
  assert.deepEqual({ ...config, seed: RELEASED.seed }, RELEASED);
  assert.deepEqual(fashionMnistComparison.reduced("paper"), []);
  const own = fashionMnistLearningRules.rows("paper").find(({ id }) => id === "proxy-k1");
  const { evaluation: _steps, ...released } = own?.configs[0] ?? {};
  assert.deepEqual({ ...released, seed: RELEASED.seed }, RELEASED);
});

Deno.test("on CIFAR-10 the learning rate drops when norms freeze, before training ends", () => {
  for (const profile of PROFILES) {
    const rows = [cifar10Comparison, cifar10ComparisonTuning, cifar10ProxyTuning].flatMap((each) =>
      each.rows(profile)
    );
    for (const { id, configs } of rows) {
      const never = id.includes("never-frozen");
      for (const { optimiser, training: { epochs, freezeNormAfter } } of configs) {
        assert.equal(freezeNormAfter < epochs, !never);
        if (never || optimiser.schedule === "constant") continue;
        assert.ok(freezeNormAfter > 0);
        assert.deepEqual(optimiser.milestones, [freezeNormAfter]);
      }
    }
  }
});

Deno.test("CIFAR-10's grid has rows with norms and learning rate as in the released code", () => {
  for (const profile of PROFILES) {
    const released = cifar10ComparisonTuning.rows(profile)
      .find(({ id }) => id === "proxy-k2-as-released-lr1e-3")?.configs[0];
    assert.equal(released?.optimiser.schedule, "constant");
    assert.equal(released?.training.freezeNormAfter, RELEASED.training.freezeNormAfter);
  }
});

Deno.test("tuning never sees a test image", () => {
  for (const profile of PROFILES) {
    const tunings = [
      ...[fashionMnistComparisonTuning, cifar10ComparisonTuning, cifar10ProxyTuning],
      ...[fashionMnistLearningRulesTuning, fashionMnistFoldedTuning, fashionMnistFoldedProxyTuning],
    ];
    for (const tuning of tunings) {
      for (const { configs } of tuning.rows(profile)) {
        for (const { data } of configs) assert.ok(data.validationImages > 0);
      }
    }
  }
});
