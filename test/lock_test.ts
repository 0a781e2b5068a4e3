import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { acquireLock, holding, isLocked, type Lock, lockWherePossible, tryLock } from "../lib/lock.ts";
import { ROOT } from "../lib/paths.ts";
import { spawnBound } from "../setup/bound.ts";
import { withEnvironment } from "./with_environment.ts";

const folder = mkdtempSync(join(tmpdir(), "weightshare-lock-"));
const path = join(folder, "lock");

async function withLock<T>(action: () => Promise<T>, onWait?: () => void): Promise<T> {
  return await holding(await acquireLock(path, onWait), action);
}

addEventListener("unload", () => rmSync(folder, { recursive: true, force: true }));

Deno.test("actions under one lock never overlap, and who waits is told", async () => {
  let inside = 0;
  let waited = 0;
  const action = async () => {
    assert.equal(++inside, 1);
    await new Promise((resolve) => setTimeout(resolve, 30));
    inside--;
  };
  await Promise.all([1, 2, 3].map(() => withLock(action, () => waited++)));
  assert.equal(waited, 2);
});

Deno.test("the lock of a process that was killed is free at once", async () => {
  const code = `import { acquireLock } from "./lib/lock.ts";
    await acquireLock(${JSON.stringify(path)});
    console.log("held");
    await new Promise(() => setInterval(() => {}, 1e6));`;
  const child = spawnBound(Deno.execPath(), ["eval", "--ext=ts", code], {
    cwd: join(import.meta.dirname as string, ".."),
  });
  await new Promise((resolve) => child.stdout?.once("data", resolve));
  let waits = false;
  const ours = withLock(() => Promise.resolve("ours"), () => waits = true);
  while (!waits) await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill("SIGKILL");
  assert.equal(await ours, "ours");
});

Deno.test("a failing action releases the lock", async () => {
  await assert.rejects(withLock(() => Promise.reject(new Error("boom"))), /boom/);
  assert.equal(await withLock(() => Promise.resolve(1), () => assert.fail("still held")), 1);
});

Deno.test("a lock that is held is not had by trying, a free one is", async () => {
  await withLock(async () => assert.equal(await tryLock(path), undefined));
  await withLock(async () => assert.equal(await isLocked(path), true));
  assert.deepEqual([await isLocked(path), await isLocked(`${path}.none`)], [false, false]);
  const lock = await tryLock(path);
  assert.ok(lock !== undefined);
  lock.release();
});

/** What happens where flock ends as it does on a file system without locks. */
async function withoutLocks(action: () => Promise<void>): Promise<void> {
  const flock = "#!/bin/sh\necho 'flock: 3: Function not implemented' >&2\nexit 71\n";
  writeFileSync(join(folder, "flock"), flock, { mode: 0o755 });
  await withEnvironment("PATH", `${folder}:${process.env["PATH"]}`, action);
}

Deno.test("a file system without locks is refused where work is shared, and said where it is not", async () => {
  await withoutLocks(async () => {
    const refused =
      /^FailureError: Locking .*lock: its file system knows no locks \(flock ended with exit code 71\); choose a folder/;
    await assert.rejects(tryLock(path), refused);
    await assert.rejects(acquireLock(path), refused);
    assert.equal(await isLocked(path), false);
    const said: string[] = [];
    const lock = await lockWherePossible(() => tryLock(path), (sentence) => said.push(sentence));
    assert.equal(await holding(lock as Lock, () => Promise.resolve("done")), "done");
    assert.match(said.join(), /its file system knows no locks .* Going on without a lock/);
  });
});

Deno.test("a run of its own is trained without locks, runs that are shared are not", async () => {
  await withoutLocks(async () => {
    const results = join(folder, "results");
    const train = (...args: string[]) =>
      spawnSync(Deno.execPath(), [
        "run",
        "-A",
        "--no-check",
        "tasks/train.ts",
        "fashion-mnist-proxy",
        ...args,
      ], {
        cwd: ROOT,
        encoding: "utf8",
        env: { ...process.env, WEIGHTSHARE_RESULTS: results, WEIGHTSHARE_DATA: join(ROOT, "data") },
      });
    const shared = train("--profile", "smoke", "--row", "ann");
    assert.equal(shared.status, 1, shared.stderr);
    assert.match(shared.stderr, /its file system knows no locks/);
    assert.equal(shared.stderr.includes("    at "), false, shared.stderr);
    const own = train("--profile", "smoke", "--index", "0");
    assert.equal(own.status, 0, own.stderr);
    assert.match(own.stderr, /^note: Locking .* Going on without a lock/m);
    assert.match(own.stdout, /smoke, reduced, seed 2020/);
    await Promise.resolve();
  });
});
