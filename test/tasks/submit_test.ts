import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { requestsOf } from "../../lib/experiments/experiment.ts";
import { findExperiment } from "../../lib/experiments/experiments.ts";
import { tryLock } from "../../lib/lock.ts";
import { ROOT } from "../../lib/paths.ts";
import { plan, type PlannedRun } from "../../lib/runs/plan.ts";
import { runPaths } from "../../lib/runs/store.ts";
import { spawnBound } from "../../setup/bound.ts";
import { arraysOf, submitArrays } from "../../tasks/slurm/arrays.ts";
import { jobScript, runsOfScript } from "../../tasks/slurm/job_script.ts";
import { memorySize } from "../../tasks/slurm/memory_size.ts";
import { timeLimit, timeLimitText, usedUp, warningSeconds } from "../../tasks/slurm/time_limit.ts";
import { submitTask } from "../../tasks/submit.ts";
import { planOf } from "../../tasks/task.ts";
import { withEnvironment } from "../with_environment.ts";

const EXPERIMENT = "fashion-mnist-comparison";
const SMOKE = [EXPERIMENT, "--profile", "smoke", "--time", "5", "--mem", "2G"];
/** The same for a named instruction set: to ask for this machine's takes longer than all else. */
const NAMED = [...SMOKE, "--kernels", "avx2"];

/** What a machine without Slurm has instead: programs that say what Slurm's would, and note how they were called. */
class FakeSlurm {
  readonly folder = mkdtempSync(join(tmpdir(), "weightshare-submit-"));
  readonly results = join(this.folder, "results");

  readonly #programs: number;

  /** Without any programs there is nothing else to be found either. */
  constructor(programs: Record<string, string>) {
    this.#programs = Object.keys(programs).length;
    mkdirSync(join(this.folder, "bin"));
    for (const [name, body] of Object.entries(programs)) {
      const path = join(this.folder, "bin", name);
      writeFileSync(
        path,
        `#!/bin/sh\n[ "$1" = --version ] && exit\necho "$@" >> ${this.folder}/calls\n${body}\n`,
      );
      chmodSync(path, 0o755);
    }
  }

  async do(
    task: string,
    ...args: string[]
  ): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const bin = join(this.folder, "bin");
    const child = spawnBound(Deno.execPath(), ["run", "-A", "--no-check", `tasks/${task}.ts`, ...args], {
      cwd: ROOT,
      env: {
        ...process.env,
        PATH: this.#programs > 0 ? `${bin}:${process.env["PATH"]}` : bin,
        ...{ WEIGHTSHARE_RESULTS: this.results, SBATCH_TIMELIMIT: "1", NO_COLOR: "1" },
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = { stdout: "", stderr: "" };
    child.stdout?.on("data", (chunk) => said.stdout += String(chunk));
    child.stderr?.on("data", (chunk) => said.stderr += String(chunk));
    return await new Promise((resolve) => child.on("close", (code) => resolve({ code, ...said })));
  }

  calls(): string[] {
    const path = join(this.folder, "calls");
    return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Counts jobs from 42; a shell's SBATCH_TIMELIMIT must not overrule the script. */
const SBATCH = `echo \${SBATCH_TIMELIMIT:-unset} >> "$0.env"
jobs=$(cat "$0.jobs" 2>/dev/null || echo 42); echo $((jobs + 1)) > "$0.jobs"; echo "Submitted batch job $jobs"`;

Deno.test("arrays go to sbatch with their dependencies; what is queued is not submitted again", async () => {
  using slurm = new FakeSlurm({ sbatch: SBATCH, squeue: 'cat "$0.lines" 2>/dev/null; true' });
  const { code, stdout, stderr } = await slurm.do(
    "submit",
    ...SMOKE,
    "--partition",
    "main",
    "--account",
    "lab",
  );
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^ {2}42: 6 runs$/m);
  assert.match(stdout, /^ {2}43: 4 runs, after 122b98b14933f240$/m);
  assert.match(stdout, /^watch: +squeue --job 42,43$/m);
  assert.match(stdout, /deno task runs --missing --experiment fashion-mnist-comparison --profile smoke$/m);
  const folder = join(slurm.results, "smoke", EXPERIMENT, "work", "slurm");
  const script = join(folder, readdirSync(folder).find((name) => /^\d{4}-/.test(name)) as string, "job.sh");
  const text = readFileSync(script, "utf8");
  const runs = runsOfScript(text);
  const ann = runs.indexOf("122b98b14933f240");
  assert.deepEqual(slurm.calls().filter((call) => call.includes("--array=")), [
    `--array=0-5 --partition=main --account=lab ${script}`,
    `--array=6-9 --dependency=afterok:42_${ann} --kill-on-invalid-dep=yes --partition=main --account=lab ${script}`,
  ]);
  assert.match(text, /^#SBATCH --partition=main --account=lab$/m);
  assert.equal(readFileSync(join(slurm.folder, "bin", "sbatch.env"), "utf8"), "unset\nunset\n");

  const lines = runs.map((_, index) => `${index < 6 ? 42 : 43}|${index}|PENDING|Dependency|${script}`);
  const cancelled = lines.findIndex((line) => line.includes("|3|"));
  writeFileSync(
    join(slurm.folder, "bin", "squeue.lines"),
    [...lines.toSpliced(cancelled, 1), "50|0|RUNNING|None|/elsewhere/job.sh"].join("\n"),
  );
  const again = await slurm.do("submit", ...NAMED);
  assert.match(again.stdout, /10 without a record; 9 of them queued already\n {2}44: 1 run\n/);
  const missing = await slurm.do("runs", "--missing");
  assert.match(missing.stdout, /^fashion-mnist-comparison, smoke: 0 of 10 runs have their record$/m);
  assert.match(missing.stdout, new RegExp(`^ {2}${runs[0]} .*: queued \\(Slurm 42_0, Dependency\\)$`, "m"));
  assert.match(missing.stdout, new RegExp(`^ {2}${runs[3]} .*: never begun$`, "m"));
});

Deno.test("a run that another process trains is left to it; one that failed says why", async () => {
  using slurm = new FakeSlurm({ sbatch: SBATCH, squeue: "true" });
  const [first, second] = withEnvironment(
    "WEIGHTSHARE_RESULTS",
    slurm.results,
    () => requestsOf(findExperiment(EXPERIMENT), "smoke").map(runPaths),
  );
  assert.ok(first !== undefined && second !== undefined);
  const lock = await tryLock(first.lock);
  writeFileSync(second.failure, "Writing here: no space.\n");
  const { stdout, stderr } = await slurm.do("submit", ...NAMED);
  assert.match(stdout, /10 without a record; 1 of them trained by other processes now\n/, stderr);
  const missing = await slurm.do("runs", "--missing", "--json");
  const [{ missing: runs }] = JSON.parse(missing.stdout);
  assert.deepEqual(runs.slice(0, 2).map(({ state }: { state: string }) => state), ["running", "failed"]);
  assert.equal(runs[1].why, "Writing here: no space.");
  lock?.release();
});

Deno.test("a task that Slurm holds because a node could not start it is released by the next submission", async () => {
  using slurm = new FakeSlurm({
    sbatch: SBATCH,
    squeue: 'cat "$0.lines" 2>/dev/null; true',
    scontrol: "true",
  });
  const script = /script: +(.*job\.sh);/.exec((await slurm.do("submit", ...NAMED)).stdout)?.[1] as string;
  const waits = (index: number) => index === 4 ? "launch failed requeued held" : "Priority";
  const lines = runsOfScript(readFileSync(resolve(ROOT, script), "utf8")).map((_, index) =>
    `${index < 6 ? 42 : 43}|${index}|PENDING|${waits(index)}|${resolve(ROOT, script)}`
  );
  writeFileSync(join(slurm.folder, "bin", "squeue.lines"), lines.join("\n"));
  const { code, stdout } = await slurm.do("submit", ...NAMED);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /\n {2}42_4: was held \(launch failed requeued held\), is released\nNothing to submit\.\n$/,
  );
  assert.equal(slurm.calls().at(-1), "release 42_4");
});

Deno.test("what Slurm refuses is quoted; where it is missing or silent is said; nothing is left in the queue unnamed", async () => {
  const refusal =
    "sbatch: error: invalid partition specified: nowhere\nsbatch: error: Batch job submission failed: Invalid partition name specified";
  using refusing = new FakeSlurm({ sbatch: `printf '%s\\n' '${refusal}' >&2; exit 1`, squeue: "true" });
  const refused = await refusing.do("submit", ...NAMED, "--partition", "nowhere");
  assert.equal(refused.code, 2);
  assert.match(
    refused.stderr,
    /^error: Submitting fashion-mnist-comparison at smoke: sbatch refuses it \("invalid partition specified: nowhere; Batch job submission failed: Invalid partition name specified"\); .*\.\n$/,
  );
  using silent = new FakeSlurm({
    sbatch:
      "echo 'sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)' >&2; exit 1",
    squeue: "true",
  });
  const unanswered = await silent.do("submit", ...NAMED);
  assert.equal(unanswered.code, 1);
  assert.match(
    unanswered.stderr,
    /^error: .*Slurm does not answer \("Batch job .*same command again once it does\.\n$/,
  );
  using second = new FakeSlurm({
    sbatch:
      '[ -e "$0.done" ] && { echo "sbatch: error: QOSMaxSubmitJobPerUserLimit" >&2; exit 1; }; touch "$0.done"; echo "Submitted batch job 7"',
    squeue: "true",
  });
  const half = await second.do("submit", ...NAMED);
  assert.equal(half.code, 2);
  assert.match(half.stderr, /smoke \(submitted already: 7\): sbatch refuses it \("QOSMax/);
  using none = new FakeSlurm({});
  const without = await none.do("submit", ...NAMED);
  assert.equal(without.code, 2);
  assert.match(without.stderr, /^error: Submitting .* to Slurm: there is no sbatch here; .* --dry-run\.\n$/);
  const dry = await none.do("submit", ...NAMED, "--dry-run", "--most", "2");
  assert.equal(dry.code, 0, dry.stderr);
  assert.match(dry.stdout, /^# JOB1, 6 runs: sbatch --array=0-5%2 job\.sh$/m);
  assert.match(
    dry.stdout,
    /^# JOB2, .*: sbatch --array=6-9%2 --dependency=afterok:JOB1_\d,afterany:JOB1 --kill.* job\.sh$/m,
  );
  assert.equal(existsSync(none.results), false);
});

Deno.test("wrong values, and a time limit below one and a half epochs, are refused before anything is asked of Slurm", () => {
  const refused = (args: string[], pattern: RegExp) => assert.throws(() => planOf(submitTask, args), pattern);
  refused([EXPERIMENT, "--mem", "2G"], /--time is missing; give both/);
  refused([EXPERIMENT, "--time", "5", "--mem", "0"], /--mem 0: it must be memory as Slurm writes it/);
  refused([EXPERIMENT, "--time", "soon", "--mem", "2G"], /--time soon: it must be a time/);
  refused([...SMOKE, "--partition", "a b"], /--partition a b: it is no name/);
  refused([...SMOKE, "--kernels", "sse"], /--kernels sse: it is unknown; use one of avx512, avx2, portable/);
  refused([...SMOKE, "--cpus", "0"], /--cpus 0: it must be a whole number from 1/);
  refused(
    ["convmixer-cifar-10", "--profile", "paper", "--time", "20", "--mem", "3G", "--dry-run"],
    /with --time 00:20:00: an epoch takes about [\d:]+ \(.*\).* give at least one and a half, --time [\d:]+\.$/,
  );
});

Deno.test("times and memory are read as Slurm reads them", () => {
  const times = {
    "90": 5400,
    "1:30": 90,
    "24:00:00": 86_400,
    "1-0": 86_400,
    "2-12:30": 217_800,
    "1-0:0:1": 86_401,
  };
  for (const [text, seconds] of Object.entries(times)) assert.equal(timeLimit(text), seconds, text);
  for (const text of ["0", "0:59", "", "-5", "1h", "1-", "400-0", "1:2:3:4"]) {
    assert.throws(() => timeLimit(text), /must be a time of a minute to a year/, text);
  }
  for (const seconds of [60, 5400, 86_400, 217_800]) assert.equal(timeLimit(timeLimitText(seconds)), seconds);
  assert.deepEqual([86_400, 600, 60].map(warningSeconds), [120, 60, 6]);
  assert.deepEqual([86_400, 600, 60].map(usedUp), [86_220, 480, 30]);
  assert.equal(memorySize("3G").bytes, 3 * 2 ** 30);
  assert.equal(memorySize("500").bytes, 500 * 2 ** 20);
});

Deno.test("conversions of one ANN are one array after it, whatever ANN is done, queued or in the plan at all", () => {
  const runs = plan(requestsOf(findExperiment(EXPERIMENT), "smoke"));
  const [ann, ...conversions] = [0, 6, 7, 8, 9].map((number) => runs[number] as PlannedRun);
  const numbersOf = (some: PlannedRun[], awaited: number[]) =>
    arraysOf(some, new Set(awaited)).map(({ first, runs, after }) => [first, runs.length, after]);
  assert.deepEqual(numbersOf(runs, runs.map(({ number }) => number)), [[0, 6, []], [6, 4, [0]]]);
  assert.deepEqual(numbersOf(conversions, []), [[0, 4, []]]);
  assert.deepEqual(numbersOf(conversions, [0]), [[0, 4, [0]]]);
  const asked: string[][] = [];
  submitArrays(
    arraysOf(conversions, new Set([0])),
    { most: undefined, tasks: new Map([[0, "42_3"]]) },
    (_, options) => {
      asked.push(options);
      return "43";
    },
  );
  assert.deepEqual(asked, [["--array=0-3", "--dependency=afterok:42_3", "--kill-on-invalid-dep=yes"]]);
  assert.ok(ann !== undefined);
});

Deno.test("a script holds what decides bits, and its shell is right whatever the folder is called", async () => {
  const runs = plan(requestsOf(findExperiment(EXPERIMENT), "smoke"));
  const resources = {
    time: 5400,
    cpus: 2,
    memory: "3G",
    kernels: "avx2" as const,
    partition: undefined,
    account: undefined,
  };
  const script = jobScript({
    experiment: EXPERIMENT,
    profile: "smoke",
    runs,
    folder: "/it's 100% here",
    ...resources,
  });
  assert.deepEqual(runsOfScript(script), runs.map(({ hash }) => hash));
  assert.match(script, /^#SBATCH --ntasks=1 --cpus-per-task=2 --mem=3G --time=01:30:00$/m);
  assert.match(script, /^#SBATCH --requeue --open-mode=append --export=ALL --signal=B:TERM@120$/m);
  assert.match(script, /^#SBATCH --output="\/it's 100%% here\/%A_%a\.log"$/m);
  assert.match(script, /^export WEIGHTSHARE_KERNELS=avx2\nexport ONEDNN_MAX_CPU_ISA=AVX2$/m);
  const child = spawnBound("bash", ["-c", script.replace(/^cd .*$/m, "")], {
    env: {
      PATH: process.env["PATH"],
      SLURM_ARRAY_JOB_ID: "42",
      SLURM_ARRAY_TASK_ID: "10",
      SLURM_CPUS_PER_TASK: "2",
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let words = "";
  child.stderr?.on("data", (chunk) => words += String(chunk));
  assert.equal(await new Promise((resolve) => child.on("close", resolve)), 2);
  assert.match(words, /42_10 \?: this script has no run of the number 10; it has those from 0 to 9\.\n$/);
  assert.throws(
    () => jobScript({ experiment: EXPERIMENT, profile: "smoke", runs, folder: 'a"b', ...resources }),
    /a script of Slurm cannot name this folder/,
  );
});
