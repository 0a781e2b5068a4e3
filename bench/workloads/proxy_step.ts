import { proxyRule } from "../../lib/learning/rules/proxy.ts";
import type { FashionSpec } from "../spec.ts";
import type { Inputs, Workload } from "../workload.ts";
import { neuronOf } from "./fashion.ts";
import { fashionStep } from "./fashion_step.ts";

/** One step of proxy learning, as in 99 of the released code's 100 epochs. */
export function proxyStep(spec: FashionSpec, inputs: Inputs): Workload {
  const { T, target } = spec;
  return fashionStep(spec, inputs, proxyRule({ T, neuron: neuronOf(spec), output: "count", target }));
}
