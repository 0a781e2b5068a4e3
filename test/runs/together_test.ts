import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { requestsOf } from "../../lib/experiments/experiment.ts";
import { findExperiment } from "../../lib/experiments/experiments.ts";
import { train } from "../../lib/experiments/train.ts";
import { setField } from "../../lib/runs/config/config.ts";
import { together } from "../../lib/runs/processes.ts";
import type { RunRecord } from "../../lib/runs/record.ts";
import { runAll } from "../../lib/runs/run.ts";
import type { RunRequest } from "../../lib/runs/store.ts";
import { planOf } from "../../tasks/task.ts";
import { trainTask } from "../../tasks/train.ts";
import { experimentFolder, inFolder, recordsIn, start, until } from "./training_process.ts";
import { inResults } from "../in_results.ts";

const TABLE = ["fashion-mnist-proxy", "--profile", "smoke"];
const TINY = ["trainImages=80", "testImages=40", "batch=20", "width=0.03125"];
const SHORT = [...TABLE, "--set", "epochs=2", ...TINY];
const LONG = [...TABLE, "--set", "epochs=60", ...TINY];

/** Everything but what depends on the machine and the moment; the sum of the weights is in it. */
function numbersOf({ cost: _cost, provenance: _provenance, ...numbers }: RunRecord): unknown {
  return numbers;
}

const byHash = (records: RunRecord[]) => records.toSorted((a, b) => a.hash < b.hash ? -1 : 1);

/** The processes of a pool, by its own. */
function workersOf(pid: number | undefined): number[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((one) => {
    try {
      const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${one}/status`, "utf8"))?.[1];
      return Number(parent) === pid && readFileSync(`/proc/${one}/cmdline`, "utf8").includes("worker.ts");
    } catch {
      return false; // it has ended meanwhile
    }
  });
}

/** Whether so many runs have finished an epoch. */
function underWay(results: string, runs: number): boolean {
  const work = join(experimentFolder(results), "work");
  if (!existsSync(work)) return false;
  const checkpoints = readdirSync(work, { recursive: true, encoding: "utf8" })
    .flatMap((name) => /^([0-9a-f]{16})\/checkpoint-\d+$/.exec(name)?.[1] ?? []);
  return new Set(checkpoints).size >= runs;
}

Deno.test("two processes of one thread give the records of one of one thread, bit for bit", async () => {
  await inFolder(async (folder) => {
    const [one, two] = [join(folder, "one"), join(folder, "two")];
    const alone = await start(one, SHORT, "export TF_NUM_INTRAOP_THREADS=1").ended;
    assert.equal(alone.code, 0, alone.stderr);
    const pool = await start(two, [...SHORT, "--jobs", "2"], "export TF_NUM_INTRAOP_THREADS=2").ended;
    assert.equal(pool.code, 0, pool.stderr);
    assert.match(pool.stderr, /^3 of 3 runs to do, 2 at a time with one thread each$/m);
    const found = byHash(recordsIn(two));
    assert.equal(found.length, 3);
    assert.deepEqual(found.map(numbersOf), byHash(recordsIn(one)).map(numbersOf));
    assert.ok(found.every(({ weights, provenance }) => weights !== undefined && provenance.threads === 1));
  });
});

Deno.test("one stop stops all, with code 75, no process left and the finished epochs kept", async () => {
  await inFolder(async (folder) => {
    const { child, ended } = start(folder, [...LONG, "--jobs", "2"]);
    await until(() => underWay(folder, 2));
    const workers = workersOf(child.pid);
    assert.equal(workers.length, 2);
    process.kill(child.pid as number, "SIGTERM"); // child.kill would make Deno report the signal as the way it ended
    const { code, stderr } = await ended;
    assert.equal(code, 75, stderr);
    assert.match(
      stderr,
      /^error: Stopped by the user; \d of 3 runs are done and the finished epochs of the others/m,
    );
    assert.ok(workers.every((pid) => !existsSync(`/proc/${pid}`)));
    assert.ok(underWay(folder, 2), "the finished epochs are there");
  });
});

Deno.test("a process that is killed fails its run alone; what diverges does not end the others", async () => {
  await inFolder(async (folder) => {
    const { child, ended } = start(folder, [...LONG, "--jobs", "1"]);
    await until(() => underWay(folder, 1));
    const [worker] = workersOf(child.pid) as [number];
    process.kill(worker, "SIGKILL");
    await until(() => workersOf(child.pid).some((pid) => pid !== worker));
    process.kill(child.pid as number, "SIGTERM"); // child.kill would make Deno report the signal as the way it ended
    const { code, stderr } = await ended;
    assert.equal(code, 75, stderr);
    assert.match(
      stderr,
      /Training \S+.*: its process ended \(killed by SIGKILL, by the system where memory ran out/,
    );
  });
  await inFolder(async (folder) => {
    const diverging = [...SHORT, "learningRate=1e30", "--jobs", "2"];
    const { code, stdout, stderr } = await start(folder, diverging).ended;
    assert.equal(code, 1, stderr);
    assert.equal(stdout.match(/DIVERGED/g)?.length, 3, stdout);
    assert.match(stderr, /error: Making the runs: 3 of 3 failed:\n/);
  });
});

Deno.test("from a cell: conversions follow their ANN, which is trained once; progress names every run", async () => {
  await inResults(async () => {
    const all = requestsOf(findExperiment("fashion-mnist-comparison"), "smoke");
    const tiny = all.map((request): RunRequest => ({
      ...request,
      config: setField(setField(request.config, "training.epochs", 1), "network.width", 1 / 32),
    }));
    const chosen = tiny.filter(({ row }) => ["conversion", "conversion-half", "ann"].includes(row)).reverse();
    const seen: string[] = [];
    const records = await runAll(chosen, { jobs: 2, onProgress: ({ run }) => void seen.push(run) });
    assert.deepEqual(records.map(({ row }) => row), chosen.map(({ row }) => row));
    assert.deepEqual(new Set(seen), new Set(chosen.map(({ row }) => row)));
    const ann = records.find(({ row }) => row === "ann") as RunRecord;
    assert.equal(ann.cost.sessions, 1);
    for (const { provenance: { startedAt }, row } of records) {
      assert.ok(row === "ann" || startedAt >= ann.provenance.finishedAt, row);
    }
  });
});

Deno.test("jobs that make no sense are refused before anything starts", async () => {
  const refused = (args: string[], pattern: RegExp) => assert.throws(() => planOf(trainTask, args), pattern);
  refused(
    [...TABLE, "--jobs", "0"],
    /^UsageError: Reading --jobs 0: it must be a whole number from 1 to 1024\.$/,
  );
  refused(
    [...TABLE, "--jobs", "1000"],
    /in 1000 processes of about .* GB are free; use --jobs \d+ or fewer\.$/,
  );
  const none = train("fashion-mnist-proxy", { profile: "smoke", jobs: 0 });
  await assert.rejects(none, /^UsageError: Training in 0 processes: it must be a whole number/);
  assert.throws(() => together([], 1.5), /Training in 1\.5 processes/);
});
