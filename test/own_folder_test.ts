import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { FailureError } from "../lib/errors.ts";
import { ownFolder, withOwnFolder } from "../lib/own_folder.ts";
import { closeBrowser, withPage } from "../lib/report/browser.ts";
import { spawnBound } from "../setup/bound.ts";
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

Deno.test("an abandoned folder stays until the program in it has ended, which can write to the last", async () => {
  const kind = `test-${process.pid}`;
  const prefix = `weightshare-${kind}-`;
  const path = join(tmpdir(), `${prefix}aBcD12`);
  mkdirSync(path);
  writeFileSync(join(path, ".lock"), "");
  const late = 'sleep 0.5; mkdir -p "$0/profile"; echo last > "$0/profile/word"';
  const program = spawnBound("bash", ["-c", late, path], { stdio: "ignore" });
  const ended = new Promise((resolve) => program.on("close", resolve));
  await (await ownFolder(kind)).remove();
  await ended;
  assert.deepEqual(readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix)), []);
});

Deno.test("a place for temporary folders that is missing, none or too small is named with the mend", async () => {
  await withOwnFolder(`test-${process.pid}`, async (path) => {
    writeFileSync(join(path, "file"), "");
    for (const place of [join(path, "missing"), join(path, "file")]) {
      await withEnvironment("TMPDIR", place, () =>
        assert.rejects(ownFolder("any"), (error: Error) => {
          assert.match(error.message, /^Making a temporary folder in .*; make room .* with TMPDIR=FOLDER\.$/);
          return error instanceof FailureError && error.message.includes(`${place}: `);
        }));
    }
    await assert.rejects(
      ownFolder("any", 1e9),
      /: it has \d+ MiB left, and 1000000000 are needed; make room /,
    );
    assert.ok(!readdirSync(tmpdir()).some((entry) => entry.startsWith("weightshare-any-")));
  });
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
