import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { requestsOf } from "../../lib/experiments/experiment.ts";
import { findExperiment } from "../../lib/experiments/experiments.ts";
import { ROOT } from "../../lib/paths.ts";
import { hashConfig } from "../../lib/runs/config/config.ts";
import type { RunRecord } from "../../lib/runs/record.ts";
import type { Profile } from "../../lib/runs/profile.ts";
import { recordFiles } from "../../lib/runs/store.ts";
import { spawnBound } from "../../setup/bound.ts";
import { contentOf, differences } from "../../tasks/campaign/content.ts";
import { signal, type Slurm, waitFor } from "./slurm.ts";

export const EXPERIMENT = "fashion-mnist-comparison";

/** The hash of a row's run. */
export function hashOf(row: string): string {
  const request = requestsOf(findExperiment(EXPERIMENT), "smoke").find((one) => one.row === row);
  if (request === undefined) throw new Error(`there is no row ${row}`);
  return hashConfig(request.config);
}

export interface Said {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Results in a folder, made by tasks of ours in a cluster, and compared with those of a plain run. */
export class Submission {
  constructor(readonly slurm: Slurm, readonly results: string, readonly profile: Profile = "smoke") {}

  /** A folder with the records of a plain run, but for those of some rows. */
  static lacking(slurm: Slurm, plain: string, results: string, rows: readonly string[]): Submission {
    cpSync(plain, results, { recursive: true });
    const submission = new Submission(slurm, results);
    for (const row of rows) {
      rmSync(submission.record(hashOf(row)));
      rmSync(submission.record(hashOf(row)).replace(/json$/, "safetensors"), { force: true });
    }
    return submission;
  }

  /** Runs the program of a task in the cluster. */
  async do(task: string, ...args: string[]): Promise<Said> {
    const child = spawnBound(Deno.execPath(), ["run", "-A", "--no-check", `tasks/${task}.ts`, ...args], {
      cwd: ROOT,
      env: {
        ...this.slurm.environment,
        WEIGHTSHARE_RESULTS: this.results,
        TF_NUM_INTRAOP_THREADS: "1",
        NO_COLOR: "1",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = { stdout: "", stderr: "" };
    child.stdout?.on("data", (chunk) => said.stdout += String(chunk));
    child.stderr?.on("data", (chunk) => said.stderr += String(chunk));
    return await new Promise((resolve) => child.on("close", (code) => resolve({ code, ...said })));
  }

  async trySubmit(time = "5", ...args: string[]): Promise<Said> {
    return await this.do("submit", ...this.#plan(), "--time", time, "--mem", "2G", ...args);
  }

  async submit(time = "5", ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.trySubmit(time, ...args);
    if (code !== 0) throw new Error(stderr);
    return stdout;
  }

  async missing(): Promise<string> {
    const { stdout } = await this.do(
      "runs",
      "--missing",
      "--experiment",
      EXPERIMENT,
      "--profile",
      this.profile,
    );
    return stdout;
  }

  async train(...args: string[]): Promise<Said> {
    return await this.do("train", ...this.#plan(), ...args);
  }

  #plan(): string[] {
    return [EXPERIMENT, "--profile", this.profile];
  }

  /** The paths of all records. */
  records(): string[] {
    return recordFiles({}, this.results);
  }

  record(hash: string): string {
    return join(this.results, this.profile, EXPERIMENT, `${hash}.json`);
  }

  /** How many processes made a run's epochs. */
  sessions(hash: string): number {
    const { provenance }: RunRecord = JSON.parse(readFileSync(this.record(hash), "utf8"));
    return provenance.sessions?.length ?? 0;
  }

  /** What is other than in the results of a plain run, cost and provenance aside. */
  differences(plain: string): string[] {
    return differences(finished(plain), finished(this.results));
  }

  /** The logs of all tasks. */
  logs(): string {
    const folder = join(this.results, this.profile, EXPERIMENT, "work", "slurm");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".log")
    );
    return files.sort().map((name) => `${name}\n${readFileSync(join(folder, name), "utf8")}`).join("\n");
  }

  /** Waits until a run in the cluster has finished its first epoch, and holds it there; its process. */
  async holdWithin(hash: string): Promise<number> {
    const work = join(this.results, this.profile, EXPERIMENT, "work", hash);
    await waitFor(`the first epoch of ${hash}`, () => existsSync(join(work, "checkpoint-00001")));
    const pid = this.slurm.training(hash);
    if (pid !== undefined) signal(pid, "SIGSTOP");
    if (pid === undefined || existsSync(this.record(hash))) {
      throw new Error(`${hash} has ended before it was held`);
    }
    return pid;
  }
}

/** Records and weights. */
function finished(results: string): Map<string, string> {
  return new Map([...contentOf(results)].filter(([name]) => !/(^|\/)work(\/|$)/.test(name)));
}
