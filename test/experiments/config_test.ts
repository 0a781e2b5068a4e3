import assert from "node:assert/strict";
import {
  canonicalJson,
  hashConfig,
  parseConfig,
  type RunConfig,
  setField,
} from "../../lib/experiments/config.ts";
import { RELEASED_SE_RESNET } from "../../lib/experiments/se_resnet_sharing.ts";
import { RELEASED } from "../../lib/experiments/fashion_mnist_proxy.ts";
import { requestsOf } from "../../lib/experiments/experiment.ts";
import { EXPERIMENTS, findExperiment } from "../../lib/experiments/experiments.ts";
import { parseProfile, PROFILES } from "../../lib/experiments/profile.ts";

function refused(key: string, value: unknown): string {
  try {
    parseConfig(setField(RELEASED, key, value));
  } catch (error) {
    assert.equal((error as { exitCode?: number }).exitCode, 2);
    return (error as Error).message;
  }
  assert.fail(`${key} = ${value} was accepted`);
}

Deno.test("the released recipe is valid, and so is every row of every experiment", () => {
  assert.deepEqual(parseConfig(RELEASED), RELEASED);
  for (const experiment of EXPERIMENTS) {
    for (const profile of PROFILES) {
      for (const { config } of requestsOf(experiment, profile)) parseConfig(config);
    }
  }
});

Deno.test("the paper profile is the released recipe and reduces nothing", () => {
  const [first] = requestsOf(findExperiment("fashion-mnist-proxy"), "paper");
  assert.deepEqual(first?.config, RELEASED);
  assert.deepEqual(first?.reduced, []);
});

Deno.test("a bad value is refused with the field, the value and what is allowed", () => {
  assert.equal(refused("T", 0), "Configuring the run: rule.T is 0, but must be at least 1.");
  assert.equal(refused("T", 1.5), "Configuring the run: rule.T is 1.5, but must be a whole number.");
  assert.equal(
    refused("target", 16),
    "Configuring the run: rule.target is 16 spikes, of which 15 time steps (rule.T) allow 15; choose at most 15.",
  );
  assert.equal(
    refused("threshold", -1),
    "Configuring the run: rule.threshold is -1, but must be more than 0.",
  );
  assert.equal(
    refused("reset", "soft"),
    'Configuring the run: rule.reset is "soft", but must be one of hard, subtract.',
  );
  assert.equal(refused("width", 2), "Configuring the run: network.width is 2, but must be at most 1.");
  assert.match(refused("rule.name", "telepathy"), /rule.name is "telepathy", but must be one of ann, proxy/);
  assert.match(refused("batch", 60_001), /training.batch is 60001, but there are only 60000 training images/);
  assert.match(
    refused("initialMembrane", 3),
    /rule.initialMembrane is 3, but must be below the threshold, 2/,
  );
  assert.match(refused("seed", 0), /seed is 0, but must be at least 1/);
  assert.match(refused("learningRate", NaN), /optimiser.learningRate is/);
});

Deno.test("unknown and ambiguous settings are refused with the known ones", () => {
  assert.throws(
    () => setField(RELEASED, "theta", 1),
    /Setting theta: it is not a setting of this run; use one of data.name/,
  );
  assert.throws(
    () => setField(RELEASED, "name", "x"),
    /Setting name: it could be several settings; use one of data.name/,
  );
  assert.throws(() => parseConfig({ ...RELEASED, speed: 1 }), /a run has no setting speed/);
  assert.throws(() => parseProfile("huge"), /"huge" is unknown; use one of smoke, quick, study, paper/);
  assert.throws(() => findExperiment("x"), /"x": it is unknown; use one of fashion-mnist-proxy/);
});

Deno.test("a field is set by its path or its unique last part", () => {
  assert.equal((setField(RELEASED, "T", 7).rule as { T: number }).T, 7);
  assert.equal(setField(RELEASED, "training.epochs", 3).training.epochs, 3);
  const { network } = setField(RELEASED_SE_RESNET, "sharedStages", [1, 3]);
  assert.deepEqual((network as { sharedStages: number[] }).sharedStages, [1, 3]);
  assert.throws(
    () => parseConfig(setField(RELEASED_SE_RESNET, "sharedStages", ["all"])),
    /network.sharedStages.0 is "all", but must be a number/,
  );
  assert.throws(
    () => parseConfig(setField(RELEASED_SE_RESNET, "sharedStages", "all")),
    /network.sharedStages is "all", but must be a list, e\.g\. \[1,2\]\.$/,
  );
});

Deno.test("the hash depends on every value and not on the order of keys", () => {
  const reversed = Object.fromEntries(Object.entries(RELEASED).reverse()) as unknown as RunConfig;
  assert.equal(hashConfig(reversed), hashConfig(RELEASED));
  assert.notEqual(hashConfig(setField(RELEASED, "seed", 1)), hashConfig(RELEASED));
  assert.equal(canonicalJson({ b: [1, "x"], a: null }), '{"a":null,"b":[1,"x"]}');
  assert.match(hashConfig(RELEASED), /^[0-9a-f]{16}$/);
});
