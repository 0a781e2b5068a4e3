import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomStream } from "../../lib/ops/random.ts";
import { faultsOf, Storm } from "../../tasks/campaign/slurm_kills.ts";
import { lackingPrograms, NODES, signal, Slurm, waitFor } from "./slurm.ts";
import { EXPERIMENT, hashOf, Submission } from "./submission.ts";

const lacking = lackingPrograms();
if (lacking.length > 0) {
  console.log(
    `test/cluster is skipped: ${
      lacking.join(", ")
    } are missing (Debian: slurmctld slurmd slurm-client munge)`,
  );
}

/** Runs that take some seconds. */
const [ROW, RUN] = ["surrogate", hashOf("surrogate")];
const [OTHER_ROW, OTHER_RUN] = ["proxy-k2", hashOf("proxy-k2")];

Deno.test({
  name: "whatever happens to them in Slurm, runs end with the records of a plain run",
  ignore: lacking.length > 0,
  fn: async (test) => {
    const scratch = mkdtempSync(join(tmpdir(), "weightshare-cluster-"));
    const slurm = await Slurm.start(join(scratch, "slurm"));
    const plain = join(scratch, "plain");
    const without = (name: string, ...rows: string[]) =>
      Submission.lacking(slurm, plain, join(scratch, name), rows);
    try {
      const trained = await new Submission(slurm, plain).train();
      assert.equal(trained.code, 0, trained.stderr);

      await test.step("1: an array gives the records of a plain run; conversions follow their ANN", async () => {
        const submission = new Submission(slurm, join(scratch, "an array 100%"));
        const said = await submission.submit("5", "--most", "2");
        assert.match(said, /10 runs, 10 without a record\n +\d+: 6 runs\n +\d+: 4 runs, after /);
        await slurm.end();
        assert.deepEqual(submission.differences(plain), [], submission.logs());
        assert.equal(await submission.missing(), `${EXPERIMENT}, smoke: all 10 runs have their record\n`);
        assert.match(await submission.submit(), /10 runs, 0 without a record\nNothing to submit\.\n$/);
      });

      await test.step("2: requeued or preempted in the middle, runs go on from their last epoch", async () => {
        const submission = without("requeued", ROW, OTHER_ROW);
        await submission.submit();
        await Promise.all([RUN, OTHER_RUN].map((run) => submission.holdWithin(run)));
        slurm.tell("scontrol", "requeue", taskOf(submission, RUN));
        slurm.tell("sbatch", "--partition=urgent", "--nodes=2", "--output=/dev/null", "--wrap=true");
        await slurm.end();
        assert.match(
          submission.logs(),
          /DUE TO JOB REQUEUE[^]*DUE TO PREEMPTION|DUE TO PREEMPTION[^]*DUE TO JOB REQUEUE/,
        );
        assert.deepEqual(submission.differences(plain), [], submission.logs());
        assert.deepEqual([RUN, OTHER_RUN].map((run) => submission.sessions(run)), [2, 2], submission.logs());
      });

      await test.step("3 and 6: at its time limit a run queues itself again; another outlives its node", async () => {
        const timed = without("time limit", ROW);
        await timed.submit("1");
        const pid = await timed.holdWithin(RUN);
        const orphaned = without("node death", OTHER_ROW);
        await orphaned.submit();
        await orphaned.holdWithin(OTHER_RUN);
        const node = NODES.find((name) =>
          slurm.processes(`SLURMD_NODENAME=${name}`).some((one) =>
            slurm.trains(one, OTHER_RUN)
          )
        ) ?? assert.fail("no node runs it");
        await slurm.die(node);
        await waitFor("the time limit", () => /told to stop/.test(timed.logs()));
        signal(pid, "SIGCONT");
        await slurm.end();
        slurm.run(node);
        await waitFor("the node to be back", () => slurm.stateOf(node) === "idle");
        assert.match(timed.logs(), /its finished epochs are kept\n[^]*start 2 on /);
        assert.deepEqual(timed.differences(plain), [], timed.logs());
        assert.deepEqual(orphaned.differences(plain), [], orphaned.logs());
        assert.deepEqual([timed.sessions(RUN), orphaned.sessions(OTHER_RUN)], [2, 2]);
      });

      await test.step("4 and 5: a cancelled task stays cancelled and is named; a second submit holds what is missing", async () => {
        const submission = without("cancelled", ROW, OTHER_ROW, "ann", "conversion", "conversion-half");
        const job = jobOf(await submission.submit());
        const [, other] = await Promise.all([RUN, OTHER_RUN].map((run) => submission.holdWithin(run)));
        assert.match(
          await submission.missing(),
          new RegExp(`${RUN}  ${ROW}, seed 1: running \\(Slurm ${job}_\\d\\)`),
        );
        slurm.tell("scancel", taskOf(submission, RUN));
        await waitFor("the cancelled task to end", () => slurm.training(RUN) === undefined);
        const second = await submission.submit();
        assert.match(second, /of them queued already\n +\d+: 1 run\n/);
        slurm.tell("scancel", String(jobOf(second)));
        signal(other as number, "SIGCONT");
        await slurm.end();
        assert.match(
          await submission.missing(),
          new RegExp(`9 of 10 .*\n  ${RUN}  ${ROW}, seed 1: stopped at epoch 1 of 2\n$`),
        );
        await submission.submit();
        await slurm.end();
        assert.deepEqual(submission.differences(plain), [], submission.logs());
      });

      await test.step("killed in the middle, a run and a task's script end as if nothing had been", async () => {
        const submission = without("kills", ROW, OTHER_ROW, "tandem");
        await new Storm(slurm, randomStream(7, "slurm kills"), 2).over(submission);
        assert.deepEqual(faultsOf(submission, plain), [], submission.logs());
      });

      await test.step("a partition that does not exist is refused in sbatch's own words", async () => {
        const submission = without("partition", ROW);
        const { code, stderr } = await submission.trySubmit("5", "--partition", "nowhere");
        assert.equal(code, 2);
        assert.match(
          stderr,
          /^error: Submitting .*sbatch refuses it \("invalid partition specified: nowhere; .*\.\n$/,
        );
      });
    } finally {
      await slurm.stop();
      rmSync(scratch, { recursive: true, force: true });
    }
  },
});

/** The number of the first array. */
function jobOf(said: string): number {
  return Number(/^ +(\d+): /m.exec(said)?.[1]);
}

/** The task that has a run: "42_3". */
function taskOf(submission: Submission, run: string): string {
  return new RegExp(`(\\d+_\\d+) ${run}: start`).exec(submission.logs())?.[1] ??
    assert.fail(submission.logs());
}
