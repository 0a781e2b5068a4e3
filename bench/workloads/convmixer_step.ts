import { Adam } from "../../lib/learning/adam.ts";
import type { ConvMixerSpec } from "../spec.ts";
import type { Inputs, Workload } from "../workload.ts";
import { trainingStep } from "./classifier.ts";

/** AdamW and clipping of the released recipe (KS). */
const ADAMW = { beta1: 0.9, beta2: 0.999, epsilon: 1e-3, weightDecay: 0.01, decoupled: true, clipNorm: 1 };
const LEARNING_RATE = 1e-2;

/** A ConvMixer training step. */
export function convMixerStep(spec: ConvMixerSpec, inputs: Inputs): Workload {
  return trainingStep(spec, inputs, new Adam(ADAMW), LEARNING_RATE);
}
