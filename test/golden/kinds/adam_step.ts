import { Adam } from "../../../lib/learning/adam.ts";
import type { Parameter } from "../../../lib/models/model.ts";
import { tf } from "../../../lib/ops/tensorflow.ts";
import type { Results } from "../compare.ts";
import { type Fixture, tensorOf } from "../fixture.ts";
import { adamOptions, learningRate } from "./proxy_step.ts";

export function adamStep(fixture: Fixture): Results {
  const names = Object.keys(fixture.parameters);
  const parameters = new Map<string, Parameter>(
    names.map((name) => [name, { name, value: tf.variable(tensorOf(fixture, name)), decays: true }]),
  );
  const optimiser = new Adam(adamOptions(fixture));
  const results: Results = {};
  for (let step = 1; step <= (fixture.config["steps"] as number); step++) {
    const gradients = new Map(names.map((name) => [name, tensorOf(fixture, `grad${step}.${name}`)]));
    optimiser.apply(parameters, gradients, learningRate(fixture));
    for (const [name, { value }] of parameters) results[`after${step}.${name}`] = value.dataSync().slice();
  }
  return results;
}
