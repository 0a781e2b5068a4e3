import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CONVMIXER_RECIPE, SE_RESNET_RECIPE } from "../../../lib/data/augment/recipe.ts";
import { augmentedBatches, type AugmentedSource } from "../../../lib/data/augmented_batches.ts";
import { orderedBatches } from "../../../lib/data/batches.ts";
import { slice } from "../../../lib/data/dataset.ts";
import { loadDataset } from "../../../lib/data/load.ts";
import { startPool } from "../../../lib/data/workers/pool.ts";
import { prefetched } from "../../../lib/data/workers/prefetched.ts";
import { FailureError } from "../../../lib/errors.ts";
import { ROOT } from "../../../lib/paths.ts";

const { train, shape } = loadDataset("cifar-10");
const SMALL = slice(train, 0, 50);

function source(
  options: { classes?: number; seed?: number; recipe?: typeof CONVMIXER_RECIPE } = {},
): AugmentedSource {
  return augmentedBatches(SMALL, shape, {
    batch: 8,
    seed: 5,
    classes: 10,
    recipe: CONVMIXER_RECIPE,
    ...options,
  });
}

Deno.test("0, 1 and 3 workers give identical bytes over two epochs and a half", async () => {
  const runs = [];
  for (const workers of [0, 1, 3]) {
    const batches = prefetched(source(), { workers, epochs: 3 });
    const made = [];
    for (let turn = 0; turn < 15; turn++) made.push(await batches.batch(1 + Math.floor(turn / 6), turn % 6));
    await batches.close();
    runs.push(made);
  }
  assert.deepEqual(runs[1], runs[0]);
  assert.deepEqual(runs[2], runs[0]);
  assert.notDeepEqual(runs[0]?.[0]?.images, runs[0]?.[6]?.images);
});

Deno.test("a source that no batch was asked of has started no thread: the process ends without close", () => {
  const script = `import { prefetched } from "${ROOT}/lib/data/workers/prefetched.ts";
    const source = { shape: [1, 1, 1], batchSize: 1, steps: 1, batch() {}, job() {} };
    prefetched(source as never, { workers: 3, epochs: 1 });`;
  execFileSync(Deno.execPath(), ["eval", "--ext=ts", script], { cwd: ROOT, timeout: 20_000 });
});

Deno.test("a jump, as after a resumed run, gives the batch of that place", async () => {
  const batches = prefetched(source(), { workers: 2, epochs: 9 });
  const reference = source();
  for (const [epoch, step] of [[7, 3], [7, 4], [2, 0], [9, 5], [2, 5], [3, 0]] as const) {
    assert.deepEqual(await batches.batch(epoch, step), reference.batch(epoch, step));
  }
  await batches.close();
});

Deno.test("an image's augmentation depends on seed, epoch and image, not on its place in a batch", () => {
  const recipe = { ...CONVMIXER_RECIPE, mixing: null };
  const images = (batch: number) => {
    const made = augmentedBatches(SMALL, shape, { batch, seed: 5, classes: 10, recipe });
    return Array.from({ length: 40 / batch }, (_, step) => Array.from(made.batch(4, step).images)).flat();
  };
  assert.deepEqual(images(10), images(8));
  assert.notDeepEqual(source({ recipe }).batch(1, 0), source({ recipe, seed: 6 }).batch(1, 0));
});

Deno.test("with nothing switched on a batch is the normalised images in the order of the epoch", () => {
  const recipe = { ...SE_RESNET_RECIPE, cropPadding: 0, flip: 0 };
  const { images, labels, targets } = source({ recipe }).batch(1, 0);
  const { indices } = source({ recipe }).job(1, 0);
  const ordered = orderedBatches(SMALL, shape, 50, recipe.normalisation).batch(1, 0);
  indices.forEach((index, row) => {
    assert.deepEqual(
      images.subarray(row * 3072, (row + 1) * 3072),
      ordered.images.subarray(index * 3072, (index + 1) * 3072),
    );
    assert.equal(labels[row], SMALL.labels[index]);
    assert.equal(targets.subarray(row * 10, row * 10 + 10).indexOf(1), labels[row]);
  });
});

Deno.test("an exception in a worker is one clear error of its batch; the next batch is made", async () => {
  const pool = startPool(1);
  const broken = pool.run({ ...source().job(3, 1), classes: 1 });
  await assert.rejects(broken, (error: Error) => {
    assert.ok(error instanceof FailureError);
    assert.match(
      error.message,
      /^Augmenting batch 2 of epoch 3 in a worker thread: .*there are 1 classes.*main thread\.$/,
    );
    return true;
  });
  assert.deepEqual(await pool.run(source().job(1, 0)), source().batch(1, 0));
  await pool.close();
});

Deno.test("a batch that failed ahead of its turn fails when it is taken, not before", async () => {
  const whole = source();
  const poisoned: AugmentedSource = {
    ...whole,
    job: (epoch, step) => ({ ...whole.job(epoch, step), classes: step === 2 ? 1 : 10 }),
  };
  const batches = prefetched(poisoned, { workers: 1, epochs: 1 });
  assert.deepEqual(await batches.batch(1, 0), whole.batch(1, 0));
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.deepEqual(await batches.batch(1, 1), whole.batch(1, 1));
  await assert.rejects(batches.batch(1, 2), /Augmenting batch 3 of epoch 1/);
  await batches.close();
});

Deno.test("closing waits for the threads to end, in the middle of their work too, and nothing is made afterwards", async () => {
  const batches = prefetched(source(), { workers: 3, epochs: 100 });
  await batches.batch(1, 0);
  await batches.close();
  await assert.rejects(
    batches.batch(1, 1),
    /Augmenting batch 2 of epoch 1 in a worker thread: the thread has ended/,
  );
});

Deno.test("a thread that dies is told as the failure of its batch", async () => {
  const folder = mkdtempSync(join(tmpdir(), "weightshare-worker-"));
  const program = join(folder, "worker.mjs");
  writeFileSync(
    program,
    `import { parentPort } from "node:worker_threads"; import process from "node:process";
     parentPort.on("message", () => process.exit(3));`,
  );
  const pool = startPool(1, pathToFileURL(program));
  await assert.rejects(
    pool.run(source().job(1, 0)),
    /batch 1 of epoch 1 in a worker thread: the thread has ended/,
  );
  await assert.rejects(pool.run(source().job(1, 1)), /batch 2 of epoch 1/);
  await pool.close();
  rmSync(folder, { recursive: true });
});

Deno.test("a number of workers that is none is refused", () => {
  for (const workers of [-1, 1.5, NaN]) {
    assert.throws(() => prefetched(source(), { workers, epochs: 1 }), /must be a whole number from 0/);
  }
});

/** Prints the SHA-256 of a batch made by two threads, then has nothing left to do. */
function program(library: string, extension: string): string {
  const at = (file: string) =>
    JSON.stringify(pathToFileURL(join(ROOT, library, `${file}.${extension}`)).href);
  return `
    import { augmentedBatches } from ${at("data/augmented_batches")};
    import { CONVMIXER_RECIPE } from ${at("data/augment/recipe")};
    import { loadDataset } from ${at("data/load")};
    import { sha256 } from ${at("data/verify")};
    import { prefetched } from ${at("data/workers/prefetched")};
    const { train, shape } = loadDataset("cifar-10");
    const recipe = CONVMIXER_RECIPE;
    const source = augmentedBatches(train, shape, { batch: 8, seed: 5, classes: 10, recipe });
    const batches = prefetched(source, { workers: 2, epochs: 2 });
    const { images } = await batches.batch(2, 1);
    await batches.close();
    console.log(sha256(new Uint8Array(images.buffer)));`;
}

Deno.test("Deno and the library compiled for Node give the same bytes, and both processes end by themselves", () => {
  const folder = mkdtempSync(join(tmpdir(), "weightshare-worker-"));
  try {
    writeFileSync(join(folder, "deno.ts"), program("lib", "ts"));
    writeFileSync(join(folder, "node.mjs"), program("lib/dist", "js"));
    const options = { cwd: ROOT, encoding: "utf8", timeout: 60_000 } as const;
    const config = join(ROOT, "deno.json");
    const deno = ["run", "-A", "--no-check", "--config", config, join(folder, "deno.ts")];
    const [own, other] = [
      execFileSync(process.execPath, deno, options),
      execFileSync("node", [join(folder, "node.mjs")], options),
    ];
    assert.match(own, /^[0-9a-f]{64}\n$/);
    assert.equal(other, own);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
