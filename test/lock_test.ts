import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acquireLock, holding, isLocked, tryLock } from "../lib/lock.ts";
import { spawnBound } from "../setup/bound.ts";

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
