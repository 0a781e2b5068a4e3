import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { closeBrowser, withBrowser } from "../lib/report/browser.ts";
import { claimScratch } from "../lib/scratch.ts";

Deno.test("a temporary folder is its process's while it lives; one that was abandoned goes with the next claim", async () => {
  const name = `weightshare-test-${process.pid}`;
  const first = await claimScratch(name);
  const abandoned = join(tmpdir(), `${name}-abandoned`);
  mkdirSync(join(abandoned, "profile"), { recursive: true });
  writeFileSync(join(abandoned, ".lock"), "");
  const second = await claimScratch(name);
  assert.deepEqual([first.folder, abandoned, second.folder].map(existsSync), [true, false, true]);
  first.release();
  second.release();
  assert.deepEqual(readdirSync(tmpdir()).filter((entry) => entry.includes(name)), []);
});

Deno.test("the browser's profile lies in such a folder, which goes with it", async () => {
  const own = await withBrowser(() => {
    const folders = readdirSync(tmpdir()).filter((entry) => entry.startsWith("weightshare-browser-"));
    const mine = folders.filter((folder) => {
      return readdirSync(join(tmpdir(), folder)).some((entry) => /^playwright.*profile/.test(entry));
    });
    assert.equal(mine.length > 0, true, folders.join());
    return Promise.resolve(mine.map((folder) => basename(folder)));
  });
  await closeBrowser();
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.ok(own.some((folder) => !existsSync(join(tmpdir(), folder))));
});
