import { Attempts } from "../attempts.ts";
import { checkEnvironment } from "../environment.ts";
import { InterruptedError } from "../errors.ts";
import { onStop } from "../learning/interrupt.ts";
import type { Progress } from "../learning/progress.ts";
import { type ForecastRun, isToDo, workOf } from "./forecast.ts";
import { clearFinished } from "./leftovers.ts";
import type { Together } from "./processes.ts";
import type { RunRecord } from "./record.ts";
import type { RunOptions } from "./run.ts";
import { tails } from "./schedule.ts";
import { readRecord, runPaths, type RunRequest } from "./store.ts";
import { drawEpochs } from "./tensor_board.ts";
import { Worker } from "./worker.ts";

/**
 * The records of runs that are made in several processes of one thread each, in the runs' order. What begins the longest
 * chain goes first; a conversion follows its ANN. A run that fails does not end the others; a stop stops all.
 */
export async function runTogether(
  { jobs, runs }: Together,
  options: RunOptions = {},
  onRecord: (record: RunRecord, request: RunRequest) => void = () => {},
): Promise<RunRecord[]> {
  checkEnvironment();
  const pool = new Pool(runs, options, onRecord);
  return await pool.work(Math.min(jobs, Math.max(1, runs.filter(isToDo).length)));
}

class Pool {
  readonly #runs: readonly ForecastRun[];
  readonly #options: RunOptions;
  readonly #onRecord: (record: RunRecord, request: RunRequest) => void;
  readonly #attempts: Attempts;
  readonly #names: readonly string[];
  readonly #records = new Map<number, RunRecord>();
  readonly #ended = new Set<number>();
  /** Numbers of the runs that nobody is at, in the order in which they go. */
  readonly #open: number[];
  /** Runs that other processes hold: they come last. */
  readonly #held = new Set<number>();
  readonly #workers = new Set<Worker>();
  readonly #said = new Set<string>();
  #stopped = false;
  #wake: () => void = () => {};
  #change = Promise.resolve();

  constructor(
    runs: readonly ForecastRun[],
    options: RunOptions,
    onRecord: (record: RunRecord, request: RunRequest) => void,
  ) {
    this.#runs = runs;
    this.#options = options;
    this.#onRecord = onRecord;
    this.#attempts = new Attempts("Making the runs", runs.length, options.onFailure);
    this.#names = namesOf(runs);
    const length = tails(workOf(runs));
    this.#open = runs.map(({ number }) => number).sort((a, b) =>
      Number(isToDo(runs[a] as ForecastRun)) - Number(isToDo(runs[b] as ForecastRun)) ||
      (length[b] as number) - (length[a] as number)
    );
    this.#renew();
  }

  async work(jobs: number): Promise<RunRecord[]> {
    const release = onStop(() => this.#stop());
    try {
      const lanes = await Promise.allSettled(Array.from({ length: jobs }, () => this.#lane()));
      const failed = lanes.find((lane) => lane.status === "rejected");
      if (failed !== undefined && !this.#stopped) throw failed.reason;
    } finally {
      release();
      await Promise.all([...this.#workers].map((worker) => worker.close()));
    }
    if (this.#stopped) {
      throw new InterruptedError(
        `Stopped by the user; ${this.#records.size} of ${this.#runs.length} runs are done and the finished epochs of the ` +
          `others are kept, run the same command again to go on.`,
      );
    }
    this.#attempts.end();
    return this.#runs.map(({ number }) => this.#records.get(number) as RunRecord);
  }

  #stop(): void {
    this.#stopped = true;
    for (const worker of this.#workers) worker.stop();
    this.#wake();
  }

  /** One run after the other, in one process as long as that lives. */
  async #lane(): Promise<void> {
    let worker: Worker | undefined;
    while (!this.#stopped && this.#ended.size < this.#runs.length) {
      const next = this.#next();
      if (next === undefined) {
        await this.#change;
        continue;
      }
      worker = await this.#one(this.#runs[next] as ForecastRun, worker);
    }
  }

  /** The first open run that waits for nothing. */
  #next(): number | undefined {
    const place = this.#open.findIndex((number) =>
      this.#runs[number]?.after.every((earlier) => this.#ended.has(earlier))
    );
    return place < 0 ? undefined : this.#open.splice(place, 1)[0];
  }

  /** Makes a run, or puts it behind the others where another process holds it; gives the worker that did. */
  async #one(run: ForecastRun, before: Worker | undefined): Promise<Worker | undefined> {
    let worker = before;
    const { number, request } = run;
    const held = await this.#attempts.make(this.#names[number] as string, async () => {
      const paths = runPaths(request);
      const known = readRecord(paths.record);
      if (known === undefined) {
        worker = worker?.alive ? worker : this.#newWorker();
        if (await this.#ask(worker, run) === "held") return true;
      } else await clearFinished(paths);
      await this.#take(run, known ?? readRecord(paths.record) as RunRecord);
      return false;
    });
    if (held === true && !this.#held.has(number)) {
      this.#held.add(number);
      this.#open.push(number);
    } else this.#ended.add(number);
    this.#renew();
    return worker;
  }

  async #take(run: ForecastRun, record: RunRecord): Promise<void> {
    this.#records.set(run.number, record);
    await drawEpochs(this.#options.tensorBoard, run.request, record.curve);
    this.#onRecord(record, run.request);
  }

  async #ask(worker: Worker, { number, request }: ForecastRun): Promise<"done" | "held"> {
    const { onProgress = () => {}, onWait = () => {}, resumeChanged = false, tensorBoard } = this.#options;
    const name = this.#names[number] as string;
    const named = (progress: Progress) =>
      void onProgress({
        ...progress,
        run: progress.run === request.row ? name : `${name} (${progress.run})`,
      });
    const asked = { request, wait: this.#held.has(number), resumeChanged, tensorBoard };
    try {
      return await worker.make(asked, { onProgress: named, onWait: () => onWait(request) });
    } catch (error) {
      if (error instanceof InterruptedError) this.#stop();
      throw this.#stopped ? new InterruptedError("Stopped by the user.") : error;
    }
  }

  #newWorker(): Worker {
    const worker = new Worker((line) => {
      if (this.#stopped || this.#said.has(line)) return; // every process says the same of the environment
      this.#said.add(line);
      this.#say(line);
    });
    this.#workers.add(worker);
    return worker;
  }

  #say(line: string): void {
    const { onLine = (text: string) => console.error(text) } = this.#options;
    onLine(line);
  }

  /** Wakes the lanes that found nothing to do. */
  #renew(): void {
    this.#wake();
    this.#change = new Promise((resolve) => this.#wake = resolve);
  }
}

/** A name for each run: its row, and what else tells it from the others. */
function namesOf(runs: readonly ForecastRun[]): string[] {
  const several = (of: (run: ForecastRun) => unknown) => new Set(runs.map(of)).size > 1;
  const experiments = several(({ request }) => request.experiment);
  const seeds = several(({ request }) => request.config.seed);
  return runs.map(({ request: { experiment, row, config: { seed } } }) =>
    [...(experiments ? [experiment] : []), row, ...(seeds ? [`seed ${seed}`] : [])].join(" ")
  );
}
