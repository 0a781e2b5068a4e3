import type { PlannedRun } from "../../lib/runs/plan.ts";

/** A run as a task of Slurm. */
export interface SlurmTask {
  job: number;
  index: number;
}

/** As Slurm writes a task: "42_3". */
export function taskName({ job, index }: SlurmTask): string {
  return `${job}_${index}`;
}

/** Runs that wait for the same others, and so are one array. */
export interface RunArray<Run extends PlannedRun = PlannedRun> {
  runs: Run[];
  /** Numbers of the runs in other arrays that all of them wait for. */
  after: number[];
}

/**
 * Runs in arrays, what waits for none of them first: a dependency is that of a whole array, so that the conversions of one
 * ANN are one array, and those of another another. `awaited` are the runs that will have a task of Slurm; whatever else a
 * run waits for is done already, or awaited by the run itself.
 */
export function arraysOf<Run extends PlannedRun>(
  runs: readonly Run[],
  awaited: ReadonlySet<number>,
): RunArray<Run>[] {
  const arrays = new Map<string, RunArray<Run>>();
  for (const run of runs) {
    const after = run.after.filter((number) => awaited.has(number)).toSorted((a, b) => a - b);
    const array = arrays.get(after.join()) ?? { runs: [], after };
    array.runs.push(run);
    arrays.set(after.join(), array);
  }
  return [...arrays.values()].toSorted((a, b) => a.after.length - b.after.length);
}
