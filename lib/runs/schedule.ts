/** A piece of work for one core. */
export interface Work {
  seconds: number;
  /** Positions in the list of the works that must have ended before. */
  after: readonly number[];
}

/**
 * Seconds from the moment a scheduler has a core for a task until it trains: Slurm starts the script, the process loads
 * TensorFlow and its data. As `deno task campaign makespan` finds it with Slurm on two nodes of one machine.
 */
export const TASK_START = 3;

/** The same works, each a task of a scheduler that is started first; what is done is no task. */
export function asTasks(works: readonly Work[]): Work[] {
  return works.map(({ seconds, after }) => ({ seconds: seconds === 0 ? 0 : seconds + TASK_START, after }));
}

/** How long some cores take. */
export interface Makespan {
  cores: number;
  seconds: number;
}

/** Of each work the seconds from its start to the end of the longest chain that begins with it. */
export function tails(works: readonly Work[]): number[] {
  const followers: number[][] = works.map(() => []);
  works.forEach(({ after }, index) => after.forEach((earlier) => followers[earlier]?.push(index)));
  const known = new Map<number, number>();
  const tail = (index: number): number => {
    const before = known.get(index);
    if (before !== undefined) return before;
    const rest = Math.max(0, ...(followers[index] as number[]).map(tail));
    const length = (works[index] as Work).seconds + rest;
    known.set(index, length);
    return length;
  };
  return works.map((_, index) => tail(index));
}

/**
 * Seconds until all works have ended on so many cores, where a core that is free takes of the works that wait for nothing
 * the one that begins the longest chain (longest processing time first).
 */
export function makespan(works: readonly Work[], cores: number): number {
  const length = tails(works);
  const waitsFor = works.map(({ after }) => after.length);
  const ready = works.map((_, index) => index).filter((index) => waitsFor[index] === 0);
  const running: { index: number; end: number }[] = [];
  let now = 0;
  const longestFirst = (a: number, b: number) => (length[b] as number) - (length[a] as number);
  const start = () => {
    ready.sort(longestFirst);
    for (const index of ready.splice(0, cores - running.length)) {
      running.push({ index, end: now + (works[index] as Work).seconds });
    }
  };
  for (start(); running.length > 0; start()) {
    now = Math.min(...running.map(({ end }) => end));
    const ended = running.filter(({ end }) => end <= now).map(({ index }) => index);
    running.splice(0, running.length, ...running.filter(({ end }) => end > now));
    for (const index of ended) {
      works.forEach(({ after }, later) => {
        if (after.includes(index) && --(waitsFor[later] as number) === 0) ready.push(later);
      });
    }
  }
  return now;
}

/** One more core is not worth less than this share of the time. */
const WORTH = 0.01;

/** The fewest cores that come within a hundredth of the best that any number of them can do. */
export function enoughCores(works: readonly Work[]): Makespan {
  const best = Math.max(0, ...tails(works)) * (1 + WORTH);
  let [few, many] = [1, Math.max(1, works.length)];
  while (few < many) {
    const middle = Math.floor((few + many) / 2);
    if (makespan(works, middle) <= best) many = middle;
    else few = middle + 1;
  }
  return { cores: few, seconds: makespan(works, few) };
}

/** The makespan of 1, 2, 4, ... cores, up to where more stop helping, and of that number. */
export function makespanCurve(works: readonly Work[]): Makespan[] {
  const enough = enoughCores(works);
  const curve: Makespan[] = [];
  for (let cores = 1; cores < enough.cores; cores *= 2) {
    curve.push({ cores, seconds: makespan(works, cores) });
  }
  return [...curve, enough];
}
