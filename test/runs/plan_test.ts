import assert from "node:assert/strict";
import { requestsOf } from "../../lib/experiments/experiment.ts";
import { findExperiment } from "../../lib/experiments/experiments.ts";
import { converts } from "../../lib/learning/rules/all.ts";
import { annOf, hashConfig } from "../../lib/runs/config/config.ts";
import { Estimator, oneThread, USUAL_MEMORY } from "../../lib/runs/estimate.ts";
import { plan } from "../../lib/runs/plan.ts";
import type { RunRecord } from "../../lib/runs/record.ts";
import type { RunRequest } from "../../lib/runs/store.ts";

const COMPARISON = requestsOf(findExperiment("fashion-mnist-comparison"), "paper");

Deno.test("a plan numbers runs as they stand and lets every conversion wait for the ANN of its seed", () => {
  const runs = plan(COMPARISON);
  assert.deepEqual(runs.map(({ number }) => number), COMPARISON.map((_, index) => index));
  const conversions = runs.filter(({ request }) => converts(request.config.rule));
  assert.ok(conversions.length > 1);
  for (const { request: { config }, after } of conversions) {
    assert.deepEqual(after.map((number) => runs[number]?.hash), [hashConfig(annOf(config))]);
  }
  assert.ok(
    runs.filter(({ request }) => !converts(request.config.rule)).every(({ after }) => after.length === 0),
  );
});

Deno.test("conversions whose ANN is not asked for wait for the first that trains it; a double for the first of both", () => {
  const seed = (wanted: number) => ({ config }: RunRequest) =>
    config.seed === wanted && converts(config.rule);
  const alone = COMPARISON.filter(seed(1));
  assert.deepEqual(plan(alone).map(({ after }) => after), alone.map((_, index) => index === 0 ? [] : [0]));
  const ann = COMPARISON[0] as RunRequest;
  assert.deepEqual(plan([ann, ann]).map(({ after }) => after), [[], [0]]);
  assert.deepEqual(plan([ann, { ...ann, experiment: "another" }]).map(({ after }) => after), [[], []]);
});

function record(request: RunRequest, threads: number, wallSeconds: number): RunRecord {
  const { experiment, row, profile, config } = request;
  return {
    ...{ experiment, row, profile, config, hash: hashConfig(config), status: "finished" },
    curve: Array(config.training.epochs).fill({}),
    cost: { wallSeconds, peakMemory: 3e9 },
    provenance: { threads, cpu: "a processor" },
  } as unknown as RunRecord;
}

const of = (request: RunRequest, seed: number): RunRequest => ({
  ...request,
  config: { ...request.config, seed },
});

Deno.test("what was trained elsewhere tells nothing of the time here", () => {
  const [first] = COMPARISON as [RunRequest];
  const here = record(first, 1, 100);
  const trainedBy = { program: "PyTorch 2.11.0", device: "a GPU", precision: "bfloat16" };
  const elsewhere = { ...here, provenance: { ...here.provenance, trainedBy } };
  assert.equal(new Estimator([elsewhere]).of(first).seconds, null);
});

Deno.test("seconds come from a record of another seed, counted on one thread, and say so", () => {
  const [first] = COMPARISON as [RunRequest];
  const { epochs } = first.config.training;
  const two = new Estimator([record(first, 2, 10 * epochs)]).of(of(first, 9));
  assert.ok(Math.abs(two.epochSeconds as number - 10 * 2 / 1.75) < 1e-9);
  assert.equal(two.memory, 3e9);
  assert.match(two.source, /^record [0-9a-f]{16}; 2 threads, counted 1\.14 times; other processor$/);
  const one = new Estimator([record(first, 2, 10 * epochs), record(of(first, 2), 1, 12 * epochs)]).of(first);
  assert.equal(one.seconds, 12 * epochs);
  assert.ok(oneThread(1) === 1 && oneThread(8) > oneThread(2));
});

Deno.test("without such a record the nearest size of the same network, labelled estimated; else nothing is known", () => {
  const [first] = COMPARISON as [RunRequest];
  const { data } = first.config;
  const fewer = {
    ...first,
    config: { ...first.config, data: { ...data, trainImages: data.trainImages / 4 } },
  };
  const known = new Estimator([record(first, 1, 100 * first.config.training.epochs)]);
  const { epochSeconds, source } = known.of(fewer);
  assert.equal(epochSeconds, 25);
  assert.match(source, /^estimated: 0\.25 x ann, fashion-mnist-comparison, paper/);
  const [other] = requestsOf(findExperiment("convmixer-cifar-10"), "paper") as [RunRequest];
  const nothing = { epochSeconds: null, seconds: null, memory: USUAL_MEMORY, source: "no record to go by" };
  assert.deepEqual(known.of(other), nothing);
});
