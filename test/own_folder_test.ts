import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ownFolder, withOwnFolder } from "../lib/own_folder.ts";
import { closeBrowser, withPage } from "../lib/report/browser.ts";
import { withEnvironment } from "./with_environment.ts";

Deno.test("a temporary folder is its process's while it lives; one that was abandoned goes with the next", async () => {
  const kind = `test-${process.pid}`;
  const first = await ownFolder(kind);
  const made = (name: string, lock: boolean) => {
    const path = join(tmpdir(), `weightshare-${kind}-${name}`);
    mkdirSync(join(path, "profile"), { recursive: true });
    if (lock) writeFileSync(join(path, ".lock"), "");
    return path;
  };
  const abandoned = made("aBcD12", true);
  const others = [made("other-aBcD12", true), made("lonely", false)];
  const second = await ownFolder(kind);
  assert.deepEqual([first.path, abandoned, second.path].map(existsSync), [true, false, true]);
  for (const path of others) {
    assert.deepEqual(readdirSync(path).filter((name) => name !== ".lock"), ["profile"], path);
    rmSync(path, { recursive: true });
  }
  await first.remove();
  await second.remove();
  assert.deepEqual(readdirSync(tmpdir()).filter((entry) => entry.includes(kind)), []);
});

/** In a temporary folder of its own: another program of the machine may start a browser at the same moment. */
Deno.test("the browser's profile lies in such a folder, which goes with it", async () => {
  await closeBrowser();
  await withOwnFolder(`test-${process.pid}`, (path) =>
    withEnvironment("TMPDIR", path, async () => {
      const browserFolders = () =>
        readdirSync(path).filter((entry) => entry.startsWith("weightshare-browser-"));
      const mine = await withPage({}, () => Promise.resolve(browserFolders()));
      assert.equal(mine.length, 1, mine.join());
      assert.ok(existsSync(join(path, mine[0] as string, "profile")));
      await closeBrowser();
      assert.deepEqual(browserFolders(), []);
    }));
});
