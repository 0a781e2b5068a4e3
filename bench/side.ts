import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { FailureError } from "../lib/errors.ts";
import { ROOT } from "../lib/paths.ts";
import { spawnBound } from "../setup/bound.ts";
import { childEnvironment } from "../setup/environment.ts";
import type { Operation } from "./operations.ts";
import type { Peaks } from "./peaks.ts";
import { PEERS_PYTHON } from "./peers/setup.ts";
import type { WorkloadSpec } from "./spec.ts";

/** Who computes: we, or a peer; a checkout is of us at another commit. */
export type Computer = "weightshare" | "checkout" | "spikingjelly" | "pytorch" | "tfjs";

/** Memory layout of images in PyTorch. */
export type Layout = "nchw" | "channels_last";

/** A computer, with its layout where it has the choice. */
export interface Who {
  computer: Computer;
  layout?: Layout;
  /** Folder of a checkout. */
  root?: string;
}

/** What a side's process gets to know. */
export type Request = WorkloadSpec & {
  peer: Computer;
  layout?: Layout;
  threads: number;
  /** File of tensors that all sides start from. */
  inputs: string;
};

/** What one step took. */
export interface Step {
  milliseconds: number;
  /** Processor time of all threads; of our sides alone. */
  cpuMilliseconds?: number;
  /** The loss or the number of output spikes. */
  value: number;
  /** Largest resident memory of the process so far and resident memory after the step, bytes. */
  peakMemory: number;
  residentMemory: number;
}

interface Ready {
  versions: string;
  /** Resident memory after loading the libraries, before anything is built, bytes. */
  baselineMemory: number;
}

/** Words for a side: "pytorch (channels_last)". */
export function sideName({ computer, layout }: Who): string {
  return layout === undefined ? computer : `${computer} (${layout})`;
}

/** A process that has set a workload up and does a step when told to. */
export class Side {
  /** "pytorch (channels_last) on proxy-step". */
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #closed: Promise<unknown>;
  #words = "";
  ready: Ready = { versions: "", baselineMemory: NaN };

  private constructor(who: Who, request: Request) {
    this.name = `${sideName(who)} on ${request.name}`;
    const [program, ...args] = commandOf(who.computer);
    const cwd = who.root ?? ROOT;
    this.#child = spawnBound(program, [...args, JSON.stringify(request)], {
      cwd,
      env: childEnvironment(environmentOf(who.computer, request.threads)),
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#closed = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.stderr?.on("data", (chunk) => this.#words = (this.#words + chunk).slice(-2000));
    this.#child.stdin?.on("error", () => {}); // its end is told by the missing answer
    this.#child.on("error", (error) => this.#words += error.message);
    const lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream });
    this.#answers = lines[Symbol.asyncIterator]();
  }

  /** Starts the process and waits until its workload is set up. */
  static async start(who: Who, request: Request): Promise<Side> {
    const side = new Side(who, request);
    side.ready = await side.#answer<Ready>();
    return side;
  }

  /** Does one step. */
  async step(): Promise<Step> {
    return await this.#ask<Step>("step");
  }

  /** What the operations of one step take; of our sides alone. */
  async operations(): Promise<Operation[]> {
    return await this.#ask("operations");
  }

  /** What the process reaches at best; of our sides alone. */
  async peaks(): Promise<Peaks> {
    return await this.#ask("peaks");
  }

  /** Writes the spikes of every neuron to a file. */
  async spikes(file: string): Promise<void> {
    await this.#ask(`spikes ${file}`);
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    this.#child.stdin?.end();
    await this.#closed;
  }

  async #ask<Answer>(line: string): Promise<Answer> {
    this.#child.stdin?.write(`${line}\n`);
    return await this.#answer<Answer>();
  }

  async #answer<Answer>(): Promise<Answer> {
    const { value, done } = await this.#answers.next();
    if (done !== true) return JSON.parse(value) as Answer;
    await this.#closed;
    throw new FailureError(
      `Benchmarking ${this.name}: its process ended early; free some memory or lower --batch or --width.\n` +
        this.#words.trimEnd().split("\n").slice(-12).map((line) => `  | ${line}`).join("\n"),
    );
  }
}

function commandOf(computer: Computer): [string, ...string[]] {
  if (isPython(computer)) return [PEERS_PYTHON, join("bench", "peers", "child.py")];
  return [process.execPath, "run", "-A", join("bench", "child.ts")];
}

/** Whether the computer is a Python library. */
export function isPython(computer: Computer): boolean {
  return computer === "spikingjelly" || computer === "pytorch";
}

function environmentOf(computer: Computer, threads: number): Record<string, string> {
  const kernels: Record<string, string> = computer === "tfjs" ? { WEIGHTSHARE_KERNELS: "reference" } : {};
  return { TF_NUM_INTRAOP_THREADS: String(threads), OMP_NUM_THREADS: String(threads), ...kernels };
}
