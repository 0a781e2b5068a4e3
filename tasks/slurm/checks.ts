/** What is known of an experiment's runs, held against what they are to be given. */
import { UsageError } from "../../lib/errors.ts";
import { oneThread } from "../../lib/runs/estimate.ts";
import { type ForecastRun, isToDo } from "../../lib/runs/forecast.ts";
import { readRecord, runPaths } from "../../lib/runs/store.ts";
import type { InstructionSet } from "../instruction_sets.ts";
import type { MemorySize } from "./memory_size.ts";
import { timeLimitText } from "./time_limit.ts";

/** An epoch that takes longer than the limit would begin again and again; of a conversion the same is true of all of it. */
export function refuseShortTime(runs: readonly ForecastRun[], time: number, cpus: number): void {
  const lengths = runs.map(({ estimate: { epochSeconds, seconds } }) => epochSeconds ?? seconds ?? 0);
  const longest = Math.max(0, ...lengths);
  const each = longest / oneThread(cpus);
  if (time >= 1.5 * each) return;
  const { hash, request: { row, config: { seed } }, estimate } =
    runs[lengths.indexOf(longest)] as ForecastRun;
  const what = estimate.epochSeconds === null ? "the conversion" : "an epoch";
  throw new UsageError(
    `Submitting ${row} (seed ${seed}, ${hash}) with --time ${timeLimitText(time)}: ${what} takes about ` +
      `${
        timeLimitText(Math.ceil(each))
      } (${estimate.source}), and a task that is stopped goes on from its last whole epoch; ` +
      `give at least one and a half, --time ${timeLimitText(Math.ceil(1.5 * each / 60) * 60)}.`,
  );
}

/** What the records of such runs say about memory. */
export function memoryNotes(runs: readonly ForecastRun[], { text, bytes }: MemorySize): string[] {
  const most = Math.max(0, ...runs.filter(isToDo).map(({ estimate }) => estimate.memory));
  if (bytes >= most) return [];
  return [`runs like these took ${(most / 1e9).toFixed(1)} GB; with --mem ${text} Slurm may end them`];
}

/** One table is best made with one arithmetic: its finished runs have one already. */
export function arithmeticNotes(
  runs: readonly ForecastRun[],
  cpus: number,
  kernels: InstructionSet,
): string[] {
  const ours = `native ${kernels}, ${threadsText(cpus)}`;
  const finished = runs.filter((run) => !isToDo(run)).flatMap(({ request }) =>
    readRecord(runPaths(request).record) ?? []
  );
  const made = finished.map(({ provenance }) => `${provenance.kernels}, ${threadsText(provenance.threads)}`);
  return [...Map.groupBy(made, (one) => one)].filter(([theirs]) => theirs !== ours).map((
    [theirs, { length }],
  ) => `${length} finished runs were made with ${theirs}, these will be with ${ours}: other bits`);
}

function threadsText(threads: number): string {
  return `${threads} ${threads === 1 ? "thread" : "threads"}`;
}
