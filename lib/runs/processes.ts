import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { UsageError } from "../errors.ts";
import { forecast, type ForecastRun, isToDo } from "./forecast.ts";
import type { RunRequest } from "./store.ts";

/** Runs that are to be made in several processes of one thread each. */
export interface Together {
  /** The most processes at once. */
  jobs: number;
  runs: ForecastRun[];
}

/** Never more, whatever the memory. */
export const MOST_JOBS = 1024;

/** Plans runs in so many processes; refuses with a UsageError what makes no sense, or more than the free memory holds. */
export function together(requests: readonly RunRequest[], jobs: number): Together {
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > MOST_JOBS) {
    throw new UsageError(
      `Training in ${jobs} processes: it must be a whole number from 1 to ${MOST_JOBS}; this machine has ` +
        `${availableParallelism()} cores.`,
    );
  }
  const runs = forecast(requests);
  const each = memoryOfOne(runs);
  const free = freeMemory();
  if (jobs > 1 && jobs * each > free) {
    throw new UsageError(
      `Training in ${jobs} processes of about ${gigabytes(each)} each: they need ${
        gigabytes(jobs * each)
      } of memory, ` +
        `but ${gigabytes(free)} are free; use --jobs ${fitting(each, free)} or fewer.`,
    );
  }
  return { jobs, runs };
}

/** The same in as many processes as this machine has cores, as far as its free memory goes. */
export function togetherOnEveryCore(requests: readonly RunRequest[]): Together {
  const runs = forecast(requests);
  return { runs, jobs: Math.min(availableParallelism(), fitting(memoryOfOne(runs), freeMemory())) };
}

function fitting(each: number, free: number): number {
  return Math.max(1, Math.floor(free / each));
}

/** Of the biggest run that is to do. */
function memoryOfOne(runs: readonly ForecastRun[]): number {
  const todo = runs.filter(isToDo);
  return Math.max(...(todo.length > 0 ? todo : runs).map(({ estimate }) => estimate.memory), 1);
}

/** What the system says can be used without swapping, bytes. */
function freeMemory(): number {
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
  return kilobytes === undefined ? Infinity : Number(kilobytes) * 1024;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0)} GB`;
}
