import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { ARRAY_VARIABLES, arrayIndex } from "../../lib/environment.ts";
import { requestsOf } from "../../lib/experiments/experiment.ts";
import { forecast } from "../../lib/runs/forecast.ts";
import { EXPERIMENTS, findExperiment } from "../../lib/experiments/experiments.ts";
import { converts } from "../../lib/learning/rules/all.ts";
import { ROOT } from "../../lib/paths.ts";
import { hashConfig } from "../../lib/runs/config/config.ts";
import { runPaths } from "../../lib/runs/store.ts";
import { planTask } from "../../tasks/plan.ts";
import { planOf } from "../../tasks/task.ts";
import { trainTask } from "../../tasks/train.ts";

const STUDY = ["fashion-mnist-comparison", "--profile", "study"];
const runs = requestsOf(findExperiment("fashion-mnist-comparison"), "study");

/** Does something with variables of schedulers set, and no others of theirs. */
function having<Value>(variables: Record<string, string>, action: () => Value): Value {
  const before = Object.keys(ARRAY_VARIABLES).map((name) => [name, process.env[name]] as const);
  for (const [name] of before) delete process.env[name];
  Object.assign(process.env, variables);
  try {
    return action();
  } finally {
    for (const [name, text] of before) {
      if (text === undefined) delete process.env[name];
      else process.env[name] = text;
    }
  }
}

const hashOf = (...args: string[]) =>
  planOf(trainTask, args)?.requests.map(({ config }) => hashConfig(config)).join();
const refused = (task: typeof trainTask | typeof planTask, args: string[], pattern: RegExp) =>
  assert.throws(() => planOf<object>(task, args), pattern);

Deno.test("train does the run of a number, of a hash, and of the scheduler's variable", () => {
  const hash = hashConfig(runs[5]?.config as typeof runs[number]["config"]);
  assert.equal(hashOf(...STUDY, "--index", "5"), hash);
  assert.equal(hashOf(...STUDY, "--run", hash), hash);
  assert.equal(hashOf("--profile", "study", "--run", hash), hash);
  for (const [name, { first }] of Object.entries(ARRAY_VARIABLES)) {
    assert.equal(having({ [name]: String(5 + first) }, () => hashOf(...STUDY, "--index")), hash, name);
  }
  const before = EXPERIMENTS.slice(0, EXPERIMENTS.findIndex(({ name }) => name === STUDY[0]));
  const number = before.reduce((sum, one) => sum + requestsOf(one, "study").length, 5);
  assert.equal(hashOf("--profile", "study", "--index", String(number)), hash);
});

Deno.test("a number is that of the same run whether others are done or not", () => {
  const planned = forecast(runs);
  assert.ok(planned.some(({ state }) => state === "done"), "study's records are committed");
  assert.deepEqual(planned.map(({ hash }) => hash), runs.map((run) => runPaths(run).hash));
});

Deno.test("what no plan holds is refused in one sentence", () => {
  refused(trainTask, [...STUDY, "--index", String(runs.length)], /run number 24 .* from 0 to 23\.$/);
  refused(trainTask, [...STUDY, "--index", "-1"], /whole number/);
  refused(trainTask, [...STUDY, "--run", "0123456789abcdef"], /no run of that plan has this hash/);
  refused(trainTask, [...STUDY, "--run", "x"], /16 hexadecimal digits/);
  refused(trainTask, ["--profile", "study"], /no experiment is named/);
  refused(trainTask, [...STUDY, "--index", "1", "--run", "0123456789abcdef"], /exclude each other/);
  refused(trainTask, [...STUDY, "--index", "1", "--row", "ann"], /cannot go with it/);
  refused(planTask, ["--json", "--commands"], /exclude each other/);
  refused(planTask, ["--nodes", "0"], /--nodes 0: it must be a whole number from 1/);
});

Deno.test("a scheduler's variable that is none, or another's that disagrees, is refused; no array is no number", () => {
  const none = /no scheduler gave one \(SLURM_ARRAY_TASK_ID, .*; give --index N\.$/;
  assert.throws(() => having({}, arrayIndex), none);
  assert.throws(() => having({ SGE_TASK_ID: "undefined", LSB_JOBINDEX: "0" }, arrayIndex), none);
  assert.throws(
    () => having({ SLURM_ARRAY_TASK_ID: "a" }, arrayIndex),
    /SLURM_ARRAY_TASK_ID is "a", but must be/,
  );
  assert.throws(
    () => having({ SLURM_ARRAY_TASK_ID: "1", JOB_COMPLETION_INDEX: "2" }, arrayIndex),
    /give different numbers; give --index N/,
  );
  assert.equal(having({ PBS_ARRAY_INDEX: "3", PBS_ARRAYID: "3" }, arrayIndex), 3);
});

function said(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(Deno.execPath(), [
    "run",
    "-A",
    "--no-check",
    "tasks/plan.ts",
    ...args,
  ], {
    ...{ cwd: ROOT, encoding: "utf8", maxBuffer: 2 ** 26 },
    env: { ...process.env, NO_COLOR: "1", WEIGHTSHARE_RESULTS: "no-results-here" },
  });
  assert.equal(status, 0, stderr);
  return stdout;
}

Deno.test("commands are what train understands, conversions last; the table says hours, cores and where numbers come from", () => {
  const commands = said(...STUDY, "--commands").trim().split("\n");
  const hashes = commands.map((command) => {
    const args = /^TF_NUM_INTRAOP_THREADS=1 deno task train (.*)$/.exec(command)?.[1]?.split(" ") ??
      assert.fail(command);
    return hashOf(...args);
  });
  assert.deepEqual(new Set(hashes), new Set(runs.map(({ config }) => hashConfig(config))));
  const conversions = runs.filter(({ config }) => converts(config.rule)).map(({ config }) =>
    hashConfig(config)
  );
  assert.deepEqual(new Set(hashes.slice(-conversions.length)), new Set(conversions));
  const table = said(...STUDY, "--nodes", "2", "--cpus", "2");
  assert.match(
    table,
    /^ +0 +[0-9a-f]{16} +fashion-mnist-comparison +ann +1 +to do +- .*record [0-9a-f]{16}/m,
  );
  assert.match(table, /^24 runs, 24 to do: [\d.]+ hours of one core in all\.$/m);
  assert.match(table, /^2 x 2 cores, a run of one thread on each: done after [\d.]+ hours\.$/m);
  assert.match(table, /^More than \d+ cores do not help: /m);
});

Deno.test("hours of years are written out, with their thousands", () => {
  const table = said("--profile", "paper", "--nodes", "2", "--cpus", "2");
  assert.match(table, /: [\d,]+,000 hours of one core in all/);
  assert.doesNotMatch(table, /\d\.\d+e\+\d/);
});

Deno.test("the plan of all experiments as JSON has every run once, on a cluster of thousands of cores, too", () => {
  const plan = JSON.parse(said("--profile", "paper", "--json", "--nodes", "100", "--cpus", "64"));
  const all = EXPERIMENTS.flatMap((one) => requestsOf(one, "paper"));
  assert.deepEqual(
    plan.runs.map(({ hash }: { hash: string }) => hash),
    all.map(({ config }) => hashConfig(config)),
  );
  assert.ok(plan.makespan.seconds > 0 && plan.makespan.seconds <= plan.enough.seconds * 1.01);
  assert.ok(plan.curve.length > 3 && plan.curve[0].seconds >= plan.makespan.seconds);
});
