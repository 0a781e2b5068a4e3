import assert from "node:assert/strict";
import { changeRequest, parseSettings, type Settings } from "../../lib/experiments/change.ts";
import { hashConfig, type RunConfig } from "../../lib/runs/config/config.ts";
import { parametersOf } from "../../lib/models/all.ts";
import { requestsOf } from "../../lib/experiments/experiment.ts";
import { EXPERIMENTS, findExperiment } from "../../lib/experiments/experiments.ts";
import { follow } from "../../lib/experiments/follow.ts";
import { type Profile, PROFILES } from "../../lib/runs/profile.ts";
import type { RunRequest } from "../../lib/runs/store.ts";

function requestOf(experiment: string, profile: Profile, row: string): RunRequest {
  const request = requestsOf(findExperiment(experiment), profile).find((one) => one.row === row);
  assert.ok(request !== undefined, `${experiment} has no row ${row}`);
  return request;
}

const changed = (experiment: string, profile: Profile, row: string, settings: Settings) =>
  changeRequest(requestOf(experiment, profile, row), settings);

const convMixer = ({ network }: RunConfig) => network as Extract<RunConfig["network"], { name: "convmixer" }>;

Deno.test("the rules by which settings follow make every row as it is", () => {
  for (const experiment of EXPERIMENTS) {
    for (const profile of PROFILES) {
      for (const { configs, follows = {} } of experiment.rows(profile)) {
        for (const config of configs) assert.deepEqual(follow(config, follows), config);
      }
    }
  }
});

Deno.test("at another profile's amounts every row is that profile's, but for what a profile chooses", () => {
  for (const [from, to] of [["smoke", "study"], ["study", "smoke"]] as const) {
    for (const experiment of EXPERIMENTS.filter(({ elsewhere }) => elsewhere === undefined)) {
      for (const row of experiment.rows(to)) {
        const [config] = row.configs;
        assert.ok(config !== undefined);
        const { data, network, rule, optimiser, training } = config;
        const { learningRate, schedule } = optimiser;
        const amounts = {
          ...{
            trainImages: Math.min(data.trainImages, data.validationImages === 0 ? Infinity : 45_000),
            validationImages: data.validationImages === 0 ? 0 : 5_000, // fewer are refused at study
            testImages: data.testImages,
          },
          ...{
            epochs: training.epochs,
            batch: training.batch,
            seed: config.seed,
            network,
            learningRate,
            schedule,
          },
          ...(rule.name === "ann" ? {} : { T: rule.T }),
          ...("threshold" in rule ? { threshold: rule.threshold } : {}),
        };
        const { config: made } = changed(experiment.name, from, row.id, amounts);
        assert.deepEqual(made.training, config.training, `${experiment.name} ${row.id}`);
        assert.deepEqual(made.optimiser, config.optimiser);
        assert.deepEqual(made.rule, config.rule);
      }
    }
  }
});

Deno.test("norms that never freeze never do, and milestones stay at their share of the epochs", () => {
  const { config, row, reduced } = changed("se-resnet-cifar-10", "smoke", "none-1", { epochs: 4 });
  assert.deepEqual(config.optimiser.milestones, [1, 2, 3]);
  assert.deepEqual(config.training, { epochs: 4, batch: 32, freezeNormAfter: 4 });
  assert.equal(row, "none-1 with epochs=4");
  assert.ok(reduced.includes("4 of 256 epochs"), reduced.join("; "));
  const mixer = changed("convmixer-cifar-10", "quick", "none", { epochs: 6, trainImages: 2_000 });
  assert.equal(mixer.config.training.freezeNormAfter, 6);
  assert.ok(
    mixer.reduced.includes("6 of 200 epochs") && mixer.reduced.includes("2,000 of 50,000 training images"),
  );
  const cifar = (epochs: number) => changed("cifar-10-comparison", "quick", "surrogate", { epochs }).config;
  for (const [epochs, settled] of [[1, 1], [3, 2], [12, 10], [100, 83]] as const) {
    const { optimiser, training } = cifar(epochs);
    assert.deepEqual([optimiser.milestones, training.freezeNormAfter], [[settled], settled]);
  }
  const longer =
    changed("cifar-10-proxy-tuning", "study", "proxy-k8-frozen-longer-lr3e-3", { epochs: 20 }).config;
  assert.deepEqual([longer.optimiser.milestones, longer.training.freezeNormAfter], [[10], 10]);
});

Deno.test("what is given by hand stays", () => {
  const { training, optimiser } = changed("se-resnet-cifar-10", "smoke", "none-1", {
    epochs: 8,
    "training.freezeNormAfter": 2,
  }).config;
  assert.equal(training.freezeNormAfter, 2);
  assert.deepEqual(optimiser.milestones, [3, 4, 6]);
  const given = changed("se-resnet-cifar-10", "smoke", "none-1", { milestones: [5], epochs: 8 }).config;
  assert.deepEqual(given.optimiser.milestones, [5]);
  assert.equal(convMixer(changed("convmixer-cifar-10", "study", "equal", { dim: 32 }).config).dim, 32);
});

Deno.test("read-out steps, calibration, widths and held-out images follow too", () => {
  const steps = (row: string, T: number) =>
    changed("fashion-mnist-comparison", "study", row, { T }).config.evaluation?.timeSteps;
  assert.deepEqual([steps("conversion", 2048), steps("proxy-k2", 8), steps("proxy-k2", 30)], [2048, 64, 128]);
  const { rule } = changed("fashion-mnist-comparison", "study", "conversion", { trainImages: 500 }).config;
  assert.equal((rule as { calibrationImages: number }).calibrationImages, 500);
  const { data } =
    changed("cifar-10-proxy-tuning", "study", "proxy-k8-lr1e-3", { validationImages: 10_000 }).config;
  assert.equal(data.trainImages, 40_000);
  const base = { kernel: 9, patch: 1 };
  const dim = (depth: number) =>
    convMixer(changed("convmixer-cifar-10", "study", "equal-one", { ...base, depth }).config).dim;
  const all = convMixer(requestOf("convmixer-cifar-10", "study", "all").config);
  const seen = { image: [32, 32, 3], classes: 10 } as const;
  const shared = parametersOf({ ...all, ...base }, seen);
  for (const depth of [1, 3]) {
    const found = parametersOf({ ...all, ...base, sharing: "none", depth, dim: dim(depth) }, seen);
    assert.ok(Math.abs(found / shared - 1) < 0.05, `${found} of ${shared}`);
  }
});

Deno.test("a changed run tells its own departures, and that of the table's run is the table's", () => {
  const { reduced } = changed("fashion-mnist-comparison", "study", "surrogate", { width: 1, epochs: 50 });
  assert.deepEqual(reduced, [
    "5 instead of 15 time steps",
    "learning rate 0.001 instead of 0.0001",
    "50 of 100 epochs",
  ]);
  const other = changed("fashion-mnist-comparison", "paper", "proxy-k1", {
    network: "fashion-6",
    threshold: 1,
    seed: 9,
  });
  assert.deepEqual(other.reduced, ["network fashion-6 instead of fashion-7", "threshold 1 instead of 2"]);
  const looked = changed("se-resnet-cifar-10", "paper", "none-1", { evaluateEvery: 8 });
  assert.deepEqual(looked.reduced, []);
  const table = requestOf("fashion-mnist-proxy", "study", "proxy-k2");
  assert.deepEqual(changed("fashion-mnist-proxy", "study", "proxy-k1", { target: 2 }), table);
  assert.deepEqual(changed("fashion-mnist-proxy", "study", "proxy-k2", { T: 15 }), table);
});

Deno.test("another kind of a part drops what the old kind alone has", () => {
  const cosine = changed("se-resnet-cifar-10", "quick", "all-1", { schedule: "cosine", epochs: 3 }).config;
  const { milestones: _milestones, factor: _factor, ...rest } =
    requestOf("se-resnet-cifar-10", "quick", "all-1").config.optimiser;
  assert.deepEqual(cosine.optimiser, { ...rest, schedule: "cosine" });
  const back = changed("convmixer-cifar-10", "quick", "none", {
    milestones: [1],
    factor: 0.5,
    schedule: "multistep",
  });
  assert.deepEqual(back.config.optimiser.milestones, [1]);
  const ann = changed("fashion-mnist-comparison", "quick", "conversion", { rule: "ann" });
  assert.equal(ann.row, "ann");
  const sgd =
    changed("fashion-mnist-proxy", "quick", "ann", { optimiser: "sgd", momentum: 0.9 }).config.optimiser;
  assert.deepEqual(Object.keys(sgd).sort(), [
    ...["finalLearningRate", "learningRate", "momentum", "name", "schedule", "weightDecay"],
  ]);
  const whole = changed("fashion-mnist-proxy", "quick", "ann", { optimiser: { name: "sgd", momentum: 0.9 } });
  assert.deepEqual(whole.config.optimiser, sgd);
  const smaller = changed("fashion-mnist-proxy", "quick", "proxy-k1", { network: "fashion-6" }).config;
  assert.deepEqual(smaller.network, { name: "fashion-6", width: 1 / 8 });
  assert.throws(
    () => changed("fashion-mnist-proxy", "quick", "proxy-k1", { rule: "surrogate" }),
    /Changing proxy-k1: with these settings it also needs rule.alpha, rule.detachReset; give them as well/,
  );
  assert.throws(
    () => changed("convmixer-cifar-10", "quick", "none", { schedule: "multistep" }),
    /needs optimiser.milestones \(epochs\) and optimiser.factor/,
  );
  for (const settings of [{ rule: "telepathy" }, { T: 2, rule: "telepathy" }]) {
    assert.throws(
      () => changed("fashion-mnist-proxy", "quick", "proxy-k1", settings),
      /rule.name is "telepathy", but must be one of proxy, no-replacement/,
    );
  }
});

Deno.test("optional settings can be set where a row has none, and null takes one away", () => {
  const read = changed("fashion-mnist-proxy", "quick", "proxy-k1", { "evaluation.timeSteps": 40 }).config;
  assert.deepEqual(read.evaluation, { timeSteps: 40 });
  const none = changed("fashion-mnist-comparison", "quick", "surrogate", { timeSteps: null }).config;
  assert.ok(!("evaluation" in none));
  const constant =
    changed("cifar-10-comparison", "quick", "ann", { schedule: "constant", milestones: null }).config;
  assert.ok(!("milestones" in constant.optimiser));
});

Deno.test("settings are read as written, and refused where they are given twice or unknown", () => {
  assert.deepEqual(parseSettings(["T=8", "schedule=cosine", "milestones=[1,2]", "learningRate=1e-3"]), {
    ...{ T: 8, schedule: "cosine", milestones: [1, 2], learningRate: 1e-3 },
  });
  assert.throws(() => parseSettings(["T=3", "T=2"]), /Setting T: it is given twice; give it once/);
  assert.throws(() => parseSettings(["T"]), /Reading --set T: it has no "="/);
  assert.throws(() => parseSettings(["=1"]), /Reading --set =1: it has no name before its "="/);
  const refused = (settings: Settings, message: RegExp) =>
    assert.throws(() => changed("fashion-mnist-proxy", "quick", "proxy-k1", settings), message);
  refused({ T: 3, "rule.T": 2 }, /Setting rule.T: it is given twice/);
  refused({ rule: "ann", "rule.name": "ann" }, /Setting rule.name: it is given twice/);
  for (const key of ["theta", "constructor", "T.a", "rule.constructor", ""]) {
    refused({ [key]: 1 }, /it is not a setting of this run; use one of data.name/);
  }
  refused({ milestones: [1] }, /schedule is "constant", which has no milestones/);
});

Deno.test("a setting changes the hash, and nothing else does", () => {
  const request = requestOf("fashion-mnist-proxy", "quick", "proxy-k1");
  const hash = hashConfig(changeRequest(request, { T: 8, epochs: 1 }).config);
  assert.equal(hashConfig(changeRequest(request, { "training.epochs": 1, "rule.T": 8 }).config), hash);
  assert.notEqual(hash, hashConfig(request.config));
});

Deno.test("a choice at study is not made on few images", () => {
  const set = (profile: Profile, settings: Settings) =>
    changed("fashion-mnist-learning-rules-tuning", profile, "ann-once-lr1e-3", settings);
  assert.throws(
    () => set("study", { validationImages: 2000 }),
    /^UsageError: Changing ann-once-lr1e-3 at the profile study: data.validationImages is 2000, too few .* by up to 1\.1 points; give 5000 or more, or use the profile quick\.$/,
  );
  assert.equal(set("study", { validationImages: 6000 }).config.data.validationImages, 6000);
  assert.equal(set("quick", { validationImages: 200 }).config.data.validationImages, 200);
  assert.equal(set("study", { validationImages: 0 }).config.data.validationImages, 0);
});
