import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { RunRecord } from "../../lib/runs/record.ts";
import { randomInt, randomStream } from "../../lib/ops/random.ts";
import {
  experimentFolder,
  inFolder,
  LASTING,
  recordsIn,
  RUN,
  runOf,
  sleep,
  start,
  until,
} from "./training_process.ts";

const LONG = runOf(500);

/** Everything but what depends on the machine and the moment. */
function metricsOf({ cost: _cost, provenance: _provenance, ...metrics }: RunRecord): unknown {
  return metrics;
}

function weightsOf(results: string): string {
  const folder = experimentFolder(results);
  const [name] = readdirSync(folder).filter((entry) => entry.endsWith(".safetensors"));
  return readFileSync(join(folder, name as string)).toString("base64");
}

Deno.test("kill -9 at random moments changes no metric of the record", async () => {
  const wanted = Number(process.env["WEIGHTSHARE_KILLS"] ?? 3);
  const random = randomStream(Number(process.env["WEIGHTSHARE_KILL_SEED"] ?? 1), "kills");
  const epochs = 3 + 4 * wanted; // enough that the run outlives its kills, also where the machine gets faster meanwhile
  const run = runOf(epochs, 400); // so many images that kills come while it trains more often than while it starts
  await inFolder(async (folder) => {
    const calm = join(folder, "calm");
    const begin = performance.now();
    const first = await start(calm, run).ended;
    assert.equal(first.code, 0, first.stderr);
    const record = recordsIn(calm)[0] as RunRecord;
    const epoch = 1000 * record.cost.wallSeconds / epochs;
    const startUp = performance.now() - begin - 1000 * record.cost.wallSeconds;

    const stormy = join(folder, "stormy");
    let kills = 0;
    while (kills < wanted && recordsIn(stormy).length === 0) {
      const { child, ended } = start(stormy, run);
      await sleep(randomInt(random, 0, Math.ceil(startUp + 4 * epoch)));
      if (child.exitCode === null && child.kill("SIGKILL")) kills++;
      await ended;
    }
    assert.ok(kills === wanted, `only ${kills} kills`);
    const last = await start(stormy, run).ended;
    assert.equal(last.code, 0, last.stderr);
    const survivor = recordsIn(stormy)[0] as RunRecord;
    assert.deepEqual(metricsOf(survivor), metricsOf(record));
    assert.equal(weightsOf(stormy), weightsOf(calm));
    console.log(
      `    ${epochs} epochs, ${kills} kills, ${survivor.cost.sessions} processes finished an epoch or more`,
    );
  });
});

/** The run's working folder once it has a checkpoint. */
function checkpointOf(results: string): string | undefined {
  const work = join(experimentFolder(results), "work");
  const run = existsSync(work) ? readdirSync(work).find((name) => !name.endsWith(".lock")) : undefined;
  if (run === undefined) return undefined;
  const checkpoint = readdirSync(join(work, run)).find((name) => /^checkpoint-\d+$/.test(name));
  return checkpoint === undefined ? undefined : join(work, run, checkpoint);
}

/** Kills a run after its first checkpoint. */
async function killedRun(results: string): Promise<string> {
  const { child, ended } = start(results, LASTING);
  await until(() => checkpointOf(results) !== undefined);
  child.kill("SIGKILL");
  await ended;
  return checkpointOf(results) as string;
}

Deno.test("two processes asked for the same run: one trains, the other waits and reads; a third reads at once", async () => {
  await inFolder(async (results) => {
    const [one, two] = await Promise.all([start(results, LASTING).ended, start(results, LASTING).ended]);
    assert.deepEqual([one.code, two.code], [0, 0], one.stderr + two.stderr);
    assert.equal([one, two].filter(({ stderr }) => stderr.includes("another process runs it")).length, 1);
    assert.equal(recordsIn(results).length, 1);
    assert.equal(recordsIn(results)[0]?.cost.sessions, 1);
    const begin = performance.now();
    const third = await start(results, LASTING).ended;
    assert.equal(third.stdout, one.stdout);
    assert.ok(performance.now() - begin < 5000);
  });
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`${signal} ends with one sentence and exit code 75, and keeps the finished epochs`, async () => {
    await inFolder(async (results) => {
      const { child, ended } = start(results, LONG);
      await until(() => checkpointOf(results) !== undefined);
      process.kill(child.pid as number, signal); // child.kill would make Deno report the signal as the way it ended
      const { code, stderr } = await ended;
      assert.equal(code, 75);
      assert.match(stderr, /error: Stopped by the user; .* run the same command again to go on/);
      assert.ok(!stderr.includes("    at "), "no stack trace");
      assert.ok(checkpointOf(results) !== undefined);
    });
  });
}

Deno.test("SIGTERM while another process trains the run ends the wait with exit code 75", async () => {
  await inFolder(async (results) => {
    const trains = start(results, LONG);
    await until(() => checkpointOf(results) !== undefined);
    const waits = start(results, LONG);
    let said = "";
    waits.child.stderr?.on("data", (text) => said += text);
    await until(() => said.includes("another process runs it"));
    process.kill(waits.child.pid as number, "SIGTERM");
    assert.equal((await waits.ended).code, 75);
    trains.child.kill("SIGKILL");
    await trains.ended;
  });
});

Deno.test("a checkpoint cut short is refused with the fix, and nothing is lost", async () => {
  await inFolder(async (results) => {
    const checkpoint = await killedRun(results);
    truncateSync(join(checkpoint, "tensors.safetensors"), 1000);
    const { code, stderr } = await start(results, LASTING).ended;
    assert.equal(code, 1);
    assert.match(
      stderr,
      /tensors.safetensors is cut short \(1000 bytes, \d+ expected\); remove .* to start the run anew/,
    );
    assert.ok(existsSync(checkpoint));
    rmSync(checkpoint, { recursive: true });
    assert.equal((await start(results, LASTING).ended).code, 0);
  });
});

Deno.test("a resume under other threads, kernels or oneDNN is refused, unless told: then the record tells both", async () => {
  await inFolder(async (results) => {
    const { child, ended } = start(
      results,
      LASTING,
      `export TF_NUM_INTRAOP_THREADS=2 TF_ENABLE_ONEDNN_OPTS=1 WEIGHTSHARE_KERNELS=native`,
    );
    await until(() => checkpointOf(results) !== undefined);
    child.kill("SIGKILL");
    await ended;
    const other = "export TF_NUM_INTRAOP_THREADS=1 TF_ENABLE_ONEDNN_OPTS=0 WEIGHTSHARE_KERNELS=reference";
    const refused = await start(results, LASTING, other).ended;
    assert.equal(refused.code, 2);
    assert.match(
      refused.stderr,
      /error: Resuming proxy-k1 .*: its checkpoint was made otherwise \(kernels: .*; threads: 2 there, 1 here; oneDnn: true there, false here\).*--resume-changed/,
    );
    assert.match(refused.stderr, /^note: TF_ENABLE_ONEDNN_OPTS=0 switches oneDNN off/m);
    assert.ok(checkpointOf(results) !== undefined);
    const told = await start(results, ["--resume-changed", ...LASTING], other).ended;
    assert.equal(told.code, 0, told.stderr);
    const { provenance } = recordsIn(results)[0] as RunRecord;
    assert.deepEqual(provenance.sessions?.map(({ threads, oneDnn }) => [threads, oneDnn]), [[2, true], [
      1,
      false,
    ]]);
    assert.equal(provenance.sessions?.reduce((sum, { epochs }) => sum + epochs, 0), 6);
  });
});

Deno.test("a record of a newer version is refused and left alone", async () => {
  await inFolder(async (results) => {
    assert.equal((await start(results).ended).code, 0);
    const [name] = readdirSync(experimentFolder(results)).filter((entry) => entry.endsWith(".json"));
    const path = join(experimentFolder(results), name as string);
    const text = readFileSync(path, "utf8").replace('"format": 1', '"format": 99');
    writeFileSync(path, text);
    const { code, stderr } = await start(results).ended;
    assert.equal(code, 1);
    assert.match(stderr, /it has format 99, written by a newer weightshare; .*update weightshare/);
    assert.equal(readFileSync(path, "utf8"), text);
  });
});

Deno.test("an unwritable folder ends in a clear error", async () => {
  await inFolder(async (results) => {
    mkdirSync(join(results, "smoke"));
    writeFileSync(experimentFolder(results), "a file where a folder should be");
    const { code, stderr } = await start(results).ended;
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^error: Writing .*; make the folder writable, or choose another with WEIGHTSHARE_RESULTS/m,
    );
    assert.ok(!stderr.includes("    at "));
  });
});

Deno.test("when no more can be written the run ends clearly, and nothing half-written stays", async () => {
  await inFolder(async (results) => {
    // A limit on the size of files, at 20 blocks of 1,024 bytes, ends writes as a full disk does; no root needed.
    const { code, stderr } = await start(results, RUN, "trap '' XFSZ; ulimit -f 20").ended;
    assert.equal(code, 1);
    assert.match(
      stderr,
      /error: Writing .*checkpoint-00001: .*; free some disk space and run the same command again/m,
    );
    assert.ok(!stderr.includes("    at "));
    const work = join(experimentFolder(results), "work");
    const left = readdirSync(work, { recursive: true }).map(String);
    assert.ok(left.every((name) => !name.includes("checkpoint") && !name.endsWith(".tmp")), left.join());
    assert.equal((await start(results).ended).code, 0);
  });
});

Deno.test("a run whose loss is not finite ends with epoch, step and place, and its record says so", async () => {
  await inFolder(async (results) => {
    const { code, stderr } = await start(results, [...RUN, "learningRate=1e30"]).ended;
    assert.equal(code, 1);
    assert.match(
      stderr,
      /error: Training proxy-k1 .*: the .* became (NaN|-?Infinity) at epoch 1, step \d+; lower the learning rate/,
    );
    const [record] = recordsIn(results);
    assert.equal(record?.status, "diverged");
    assert.equal(record?.divergence?.epoch, 1);
    assert.deepEqual([record?.curve, record?.last, record?.best], [[], null, null]);
  });
});

Deno.test("wrong usage: one sentence, exit code 2, nothing written", async () => {
  const SET = RUN.slice(0, RUN.indexOf("--set") + 1);
  const cases: [string[], RegExp][] = [
    [
      ["fashion-mnist-proxy", "--profile", "huge"],
      /"huge" is unknown; use one of smoke, quick, study, paper/,
    ],
    [
      ["no-such-table"],
      /Looking for the experiment "no-such-table": it is unknown; use one of fashion-mnist-proxy/,
    ],
    [
      [...RUN, "data.name=imagenet"],
      /data.name is "imagenet", but must be one of fashion-mnist, cifar-10, cifar-100/,
    ],
    [[...SET, "T=0"], /rule.T is 0, but must be at least 1/],
    [[...RUN, "threshold=-2"], /rule.threshold is -2, but must be more than 0/],
    [[...RUN, "T=3"], /Setting T: it is given twice/],
    [
      [...SET, "trainImages=400", "batch=100000"],
      /training.batch is 100000, but there are only 400 training images/,
    ],
    [
      [...SET, "trainImages=70000"],
      /70000 training, 0 held-out and 0 validation images were asked for, but the training set has 60000/,
    ],
    [[...RUN, "nonsense"], /--set nonsense: it has no "="/],
    [["fashion-mnist-proxy", "--row", "x"], /Choosing the row "x" .* use one of proxy-k1/],
    [
      ["--speed"],
      /^error: Reading the command line: unknown option '--speed' \(did you mean --seed\?\); see deno task train --help\.$/m,
    ],
  ];
  await inFolder(async (results) => {
    for (const [args, message] of cases) {
      const { code, stderr } = await start(results, args).ended;
      assert.equal(code, 2, `${args.join(" ")}: ${stderr}`);
      assert.match(stderr, message);
      assert.ok(!stderr.includes("    at "), stderr);
    }
    assert.deepEqual(recordsIn(results), []);
  });
});
