import type { PlannedRun } from "../../lib/runs/plan.ts";

/** Runs that wait for the same others, and so are one array. */
export interface RunArray<Run extends PlannedRun = PlannedRun> {
  /** The first task's number: the script of a submission has one list of runs for all of its arrays. */
  first: number;
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
  const groups = Map.groupBy(runs, ({ after }) => awaitedBy(after, awaited).join());
  const arrays = [...groups.values()].map((group) => ({
    runs: group,
    after: awaitedBy((group[0] as Run).after, awaited),
  }));
  let first = 0;
  return arrays.toSorted((a, b) => a.after.length - b.after.length).map((array) => {
    const numbered = { ...array, first };
    first += array.runs.length;
    return numbered;
  });
}

function awaitedBy(after: readonly number[], awaited: ReadonlySet<number>): number[] {
  return after.filter((number) => awaited.has(number)).toSorted((a, b) => a - b);
}

export interface ArrayOptions {
  /** So many tasks at once at most. */
  most: number | undefined;
  /** Tasks that runs have already, by the runs' numbers: "42_3". */
  tasks: ReadonlyMap<number, string>;
}

/**
 * Submits arrays by `submit`, which gets the options of sbatch and gives the job; the jobs. A conversion begins when its own
 * ANN is done, whatever becomes of the others; one whose ANN failed leaves the queue. With `most` the arrays follow each
 * other, as Slurm counts the tasks of each array alone.
 */
export function submitArrays<Run extends PlannedRun>(
  arrays: readonly RunArray<Run>[],
  { most, tasks }: ArrayOptions,
  submit: (array: RunArray<Run>, options: string[], before: readonly string[]) => string,
): string[] {
  const taskOf = new Map(tasks);
  const jobs: string[] = [];
  for (const array of arrays) {
    const { first, runs, after } = array;
    const last = first + runs.length - 1;
    const dependencies = [
      ...(after.length > 0 ? [`afterok:${after.map((number) => taskOf.get(number)).join(":")}`] : []),
      ...(most !== undefined && jobs.length > 0 ? [`afterany:${jobs.at(-1)}`] : []),
    ];
    const options = [
      `--array=${first === last ? first : `${first}-${last}`}${most === undefined ? "" : `%${most}`}`,
      ...(dependencies.length > 0
        ? [`--dependency=${dependencies.join(",")}`, "--kill-on-invalid-dep=yes"]
        : []),
    ];
    const job = submit(array, options, jobs);
    runs.forEach(({ number }, place) => taskOf.set(number, `${job}_${first + place}`));
    jobs.push(job);
  }
  return jobs;
}
