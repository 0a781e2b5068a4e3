import { Sgd } from "../../lib/learning/sgd.ts";
import type { SeResnetSpec } from "../spec.ts";
import type { Inputs, Workload } from "../workload.ts";
import { trainingStep } from "./classifier.ts";

/** SGD of the released recipe (KS). */
const SGD = { momentum: 0.9, weightDecay: 1e-4 };
const LEARNING_RATE = 0.1;

/** An SE-ResNet training step. */
export function seResNetStep(spec: SeResnetSpec, inputs: Inputs): Workload {
  return trainingStep(spec, inputs, new Sgd(SGD), LEARNING_RATE);
}
