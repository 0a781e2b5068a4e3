import assert from "node:assert/strict";
import {
  canonicalJson,
  hashConfig,
  parseConfig,
  type RunConfig,
  setField,
} from "../../lib/runs/config/config.ts";
import { RELEASED_CONVMIXER } from "../../lib/experiments/sharing/convmixer_sharing.ts";
import { AUTHORS_CONVMIXER } from "../../lib/experiments/sharing/convmixer_authors.ts";
import { RELEASED_SE_RESNET } from "../../lib/experiments/sharing/se_resnet_sharing.ts";
import { RELEASED } from "../../lib/experiments/proxy/fashion_mnist_proxy.ts";
import { requestsOf } from "../../lib/experiments/experiment.ts";
import { EXPERIMENTS, findExperiment } from "../../lib/experiments/experiments.ts";
import { parseProfile, PROFILES } from "../../lib/runs/profile.ts";

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
  assert.match(
    refused("rule.name", "telepathy"),
    /rule.name is "telepathy", but must be one of proxy, no-replacement/,
  );
  assert.match(refused("batch", 60_001), /training.batch is 60001, but there are only 60000 training images/);
  assert.match(
    refused("initialMembrane", 3),
    /rule.initialMembrane is 3, but must be below the threshold, 2/,
  );
  assert.match(refused("seed", 0), /seed is 0, but must be at least 1/);
  assert.match(refused("learningRate", NaN), /optimiser.learningRate is/);
});

Deno.test("numbers that single precision has not, and amounts beyond all use, are refused before anything is built", () => {
  const SIZES = {
    "fashion-7": RELEASED,
    "convmixer": RELEASED_CONVMIXER,
    "authors": AUTHORS_CONVMIXER,
    "se-resnet": RELEASED_SE_RESNET,
  };
  const cases: [keyof typeof SIZES, string, unknown, RegExp][] = [
    ["fashion-7", "threshold", 1e300, /rule.threshold is 1e\+300, but must be 1.18e-38 to 3.40e\+38/],
    ["fashion-7", "target", 1e-300, /rule.target is 1e-300, but must be 1.18e-38 to/],
    ["fashion-7", "epsilon", 1e-60, /optimiser.epsilon is 1e-60, but must be 1.18e-38 to/],
    ["fashion-7", "initialMembrane", -1e60, /rule.initialMembrane is -1e\+60, but must be 0 or of a size of/],
    ["fashion-7", "initialMembrane", 2 - 1e-12, /but must be below the threshold, 2/],
    ["fashion-7", "beta1", 1 - 1e-12, /optimiser.beta1 is 0.999999999999, but must be at most 0.99999994/],
    ["fashion-7", "T", Infinity, /rule.T is Infinity, but must be a finite number/],
    ["fashion-7", "T", NaN, /rule.T is NaN, but must be a finite number/],
    ["fashion-7", "T", 1e6, /rule.T is 1000000, but must be at most 10000/],
    ["fashion-7", "T", "x", /rule.T is "x", but must be a number/],
    ["fashion-7", "epochs", 1e9, /training.epochs is 1000000000, but must be at most 100000/],
    ["fashion-7", "evaluateEvery", 0, /training.evaluateEvery is 0, but must be at least 1/],
    ["fashion-7", "width", 1e-300, /network.width is 1e-300, but must be at least 0.0078125/],
    [
      "fashion-7",
      "batch",
      60_000,
      /a layer of the network makes 6,021,120,000 numbers, but must make at most 536,870,912/,
    ],
    ["convmixer", "clipNorm", 1e-300, /optimiser.clipNorm is 1e-300, but must be/],
    ["convmixer", "decayVectors", false, /optimiser.decayVectors is false, but must be true\./],
    [
      "authors",
      "points",
      [[0, 0], [0.5, 1]],
      /optimiser.points is \[\[0,0\],\[0.5,1\]\], but must have shares that go up/,
    ],
    [
      "authors",
      "points",
      [[0, 0], [0.5, 1], [0.5, 2], [1, 0]],
      /but must have shares that go up from 0 to 1/,
    ],
    ["authors", "points", [[0, 1]], /optimiser.points is \[\[0,1\]\], but must have 2 or more entries/],
    ["authors", "points", [[0, 1], [1, -1]], /optimiser.points\.1\.1 is -1, but must be at least 0/],
    ["authors", "points", [[0, 1], [1, 1e60]], /optimiser.points\.1\.1 is 1e\+60, but must be/],
    ["authors", "points", [[0, 1], 1], /optimiser.points\.1 is 1, but must be a list/],
    ["authors", "points", 0.5, /optimiser.points is 0.5, but must be a list/],
    ["convmixer", "dim", 1e8, /network.dim is 100000000, but must be at most 16384/],
    [
      "convmixer",
      "dim",
      16_384,
      /network has 4,318,035,978 parameters, but must have at most 100,000,000/,
    ],
    ["convmixer", "depth", 1e5, /network.depth is 100000, but must be at most 1000/],
    ["se-resnet", "n", 1e5, /network.n is 100000, but must be at most 1000/],
    ["se-resnet", "n", 1_000, /network has [\d,]+ parameters, but/],
    ["se-resnet", "widths", [], /network.widths is \[\], but must have 1 or more entries/],
    [
      "se-resnet",
      "milestones",
      [3, 2, 1],
      /optimiser.milestones is \[3,2,1\], but must be epochs in order, the earliest first/,
    ],
    ["se-resnet", "milestones", 3, /optimiser.milestones is 3, but must be a list/],
    ["se-resnet", "factor", 1e-300, /optimiser.factor is 1e-300/],
  ];
  for (const [network, key, value, message] of cases) {
    assert.throws(() => parseConfig(setField(SIZES[network], key, value)), (error: Error) => {
      assert.match(error.message, message);
      assert.equal((error as { exitCode?: number }).exitCode, 2);
      assert.equal(error.message.split(";").length <= 2, true, error.message);
      return true;
    });
  }
  const read = { ...RELEASED, rule: { name: "ann" }, evaluation: { timeSteps: 5 } };
  assert.throws(
    () => parseConfig(read),
    /evaluation.timeSteps is 5, but rule.name is ann, which has no time steps/,
  );
  const { momentum: _momentum, ...optimiser } = RELEASED_SE_RESNET.optimiser;
  assert.throws(
    () => parseConfig({ ...RELEASED_SE_RESNET, optimiser }),
    /optimiser.momentum is not given, but must be a number/,
  );
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
  assert.throws(() => parseConfig({ ...RELEASED, speed: 1 }), /: speed is unknown\.$/);
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
    /network.sharedStages is "all", but must be a list, \[\.\.\.\]\.$/,
  );
});

Deno.test("the hash depends on every value and not on the order of keys", () => {
  const reversed = Object.fromEntries(Object.entries(RELEASED).reverse()) as unknown as RunConfig;
  assert.equal(hashConfig(reversed), hashConfig(RELEASED));
  assert.notEqual(hashConfig(setField(RELEASED, "seed", 1)), hashConfig(RELEASED));
  assert.equal(canonicalJson({ b: [1, "x"], a: null }), '{"a":null,"b":[1,"x"]}');
  assert.match(hashConfig(RELEASED), /^[0-9a-f]{16}$/);
});
