import { z } from "zod";
import { MOST, positive, real, upTo } from "../../../numbers.ts";

/** Settings of neurons, whatever their threshold. */
export const neuron = {
  /** After a spike the membrane becomes 0 ("hard") or loses the threshold ("subtract"). */
  reset: z.enum(["hard", "subtract"]),
  /** Membrane before the first step; of a converted network in thresholds. */
  initialMembrane: real,
};

/** Settings of a simulation. */
export const spiking = {
  /** Simulated time steps per image. */
  T: upTo(MOST.timeSteps),
  /** The membrane at or above which an IF neuron fires. */
  threshold: positive,
  ...neuron,
};

/** Settings of a loss on spikes. */
export const counted = {
  /** What enters the loss: spike counts against a target of K spikes, or counts / T against a rate. */
  output: z.enum(["count", "rate"]),
  /** Wanted output of the true class: K spikes, or a rate. */
  target: positive,
};

/** A neuron does not fire before its first current, in single precision. */
export function membraneProblem(
  { initialMembrane, threshold }: { initialMembrane: number; threshold: number },
): string | undefined {
  if (Math.fround(initialMembrane) < Math.fround(threshold)) return undefined;
  return `rule.initialMembrane is ${initialMembrane}, but must be below the threshold, ${threshold}`;
}

/** A neuron fires at most once a step. */
export function targetProblem(
  { output, target, T }: { output: "count" | "rate"; target: number; T: number },
): string | undefined {
  const most = output === "count" ? T : 1;
  if (target <= most) return undefined;
  const unit = output === "count" ? `spikes, of which ${T} time steps (rule.T) allow ${T}` : "spikes a step";
  return `rule.target is ${target} ${unit}; choose at most ${most}`;
}
