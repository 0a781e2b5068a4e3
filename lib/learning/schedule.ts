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

/** A share of a run and what its rate is multiplied with there. */
export type SchedulePoint = readonly [share: number, factor: number];

/**
 * `rate` times a factor that runs in straight lines from point to point, of shares from 0 to 1 in order; each of `steps` steps
 * takes what its end is given, so that the last one takes the last point's. Source: ConvMixer's authors
 * (locuslab/convmixer-cifar10, train.py), with `numpy.interp`.
 *
 * ```ts
 * import { piecewiseLinearSchedule } from "weightshare/learning";
 *
 * const schedule = piecewiseLinearSchedule(0.1, [[0, 0], [0.5, 1], [1, 0]], 4);
 * console.log([0, 1, 2, 3].map(schedule)); // [ 0.05, 0.1, 0.05, 0 ]
 * ```
 */
export function piecewiseLinearSchedule(
  rate: number,
  points: readonly SchedulePoint[],
  steps: number,
): Schedule {
  return (step) => rate * factorAt(points, Math.min(step + 1, steps) / steps);
}

function factorAt(points: readonly SchedulePoint[], share: number): number {
  const next = Math.max(1, points.findIndex(([at]) => share <= at));
  const [[from, before], [to, after]] = points.slice(next - 1, next + 1) as [SchedulePoint, SchedulePoint];
  return before + (after - before) * (share - from) / (to - from);
}
