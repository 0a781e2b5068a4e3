import { surrogateRule } from "../../lib/learning/rules/surrogate.ts";
import type { FashionSpec } from "../spec.ts";
import type { Inputs, Workload } from "../workload.ts";
import { neuronOf } from "./fashion.ts";
import { fashionStep } from "./fashion_step.ts";

/** One step of back-propagation through all T steps; gradients also flow through the reset, as by SpikingJelly's default. */
export function surrogateStep(spec: FashionSpec, inputs: Inputs): Workload {
  const { T, alpha } = spec;
  return fashionStep(spec, inputs, surrogateRule({ T, neuron: neuronOf(spec), alpha, detachReset: false }));
}
