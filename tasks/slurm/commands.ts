import { spawnSync } from "node:child_process";
import { FailureError, UsageError } from "../../lib/errors.ts";
import { unset } from "../../lib/unset.ts";

/** What of the shell's environment would overrule the script, which alone decides these. */
const OVERRULING =
  /^SBATCH_(ARRAY_INX|CPUS_PER_TASK|EXPORT|JOB_NAME|MEM_PER_\w+|(NO_)?REQUEUE|OPEN_MODE|SIGNAL|TIMELIMIT|WAIT)$/;

/** Slurm itself does not answer. */
const UNREACHABLE = /unable to contact|connect|timed out|communication|munge|no route|zero bytes/i;

/** Why this machine cannot submit, if it cannot. */
export function sbatchProblem(): string | undefined {
  const { error } = spawnSync("sbatch", ["--version"], { stdio: "ignore" });
  return error === undefined ? undefined : "there is no sbatch here";
}

/** Submits a script with some options; its job. `doing` opens the sentence of a refusal. */
export function sbatch(doing: string, options: readonly string[], script: string): string {
  const { status, stdout, stderr, error } = spawnSync("env", [
    ...unset(OVERRULING),
    "sbatch",
    ...options,
    script,
  ], {
    ...{ encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
  });
  const job = /^Submitted batch job (\d+)/m.exec(stdout ?? "")?.[1];
  if (status === 0 && job !== undefined) return job;
  const words = wordsOf(error?.message ?? (stderr.trim() || stdout.trim() || `exit code ${status}`));
  if (UNREACHABLE.test(words)) {
    throw new FailureError(
      `${doing}: Slurm does not answer ("${words}"); give the same command again once it does.`,
    );
  }
  throw new UsageError(
    `${doing}: sbatch refuses it ("${words}"); change the options, ${script} shows all of them.`,
  );
}

/** Whether Slurm holds a task because a node could not start it: it would wait for ever. */
export function isStuck(waits: string): boolean {
  return /launch failed|MaxRequeue/i.test(waits);
}

/** Lets a task that is held go on; what became of it. */
export function release(task: string, waits = "by Slurm"): string {
  const { status, stderr, error } = spawnSync("scontrol", ["release", task], { encoding: "utf8" });
  if (status === 0) return `was held (${waits}), is released`;
  return `is held (${waits}), and scontrol does not release it ("${wordsOf(error?.message ?? stderr)}")`;
}

/** What Slurm's commands say, in one line. */
export function wordsOf(said: string): string {
  const lines = said.trim().split("\n").map((line) => line.replace(/^s\w+: (error: )?/, "").trim());
  return lines.filter((line) => line !== "").join("; ");
}
