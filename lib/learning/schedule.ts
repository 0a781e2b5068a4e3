/** Learning rate of step 0, 1, ... of a run. */
export type Schedule = (step: number) => number;

/** The same rate at every step. */
export function constantSchedule(rate: number): Schedule {
  return () => rate;
}

/**
 * Half a cosine per step: `from` at step 0 to `to` at step `steps`. Source: Loshchilov and Hutter, arXiv 1608.03983.
 *
 * ```ts
 * import { cosineSchedule } from "weightshare/learning";
 *
 * const schedule = cosineSchedule(1e-2, 0, 100);
 * console.log(schedule(0), schedule(50), schedule(100)); // 0.01 0.005 0
 * ```
 */
export function cosineSchedule(from: number, to: number, steps: number): Schedule {
  return (step) => to + (from - to) * (1 + Math.cos(Math.PI * Math.min(step, steps) / steps)) / 2;
}

/** `rate` times `factor` for every milestone reached; milestones in finished steps. */
export function multistepSchedule(rate: number, milestones: readonly number[], factor: number): Schedule {
  return (step) => rate * factor ** milestones.filter((milestone) => milestone <= step).length;
}
