import { tandemRule } from "../../lib/learning/rules/tandem.ts";
import type { FashionSpec } from "../spec.ts";
import type { Inputs, Workload } from "../workload.ts";
import { neuronOf } from "./fashion.ts";
import { fashionStep } from "./fashion_step.ts";

/** One step of tandem learning as published: norms of counts, gradients that pass at saturation. */
export function tandemStep(spec: FashionSpec, inputs: Inputs): Workload {
  const { T } = spec;
  const options = { T, neuron: neuronOf(spec), norms: "of-counts", stopAtSaturation: false } as const;
  return fashionStep(spec, inputs, tandemRule(options));
}
