import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Page } from "playwright-core";
import { closeBrowser, withKeptPage } from "../../lib/report/browser.ts";
import { ROOT } from "../../lib/paths.ts";
import { spawnBound } from "../../setup/bound.ts";

/** What a process whose browser shows two pages at once leaves in its temporary folder. */
async function left(temporary: string, end: string): Promise<string[]> {
  const code = `import { closeBrowser, withPage } from "./lib/report/browser.ts";
    const seen = await Promise.all([1, 2].map(() => withPage({}, async (page) => {
      await page.setContent("<b>seen</b>");
      return await page.textContent("b");
    })));
    console.log(...seen);
    ${end}`;
  const child = spawnBound(Deno.execPath(), ["eval", "--ext=ts", code], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: temporary, http_proxy: "http://127.0.0.1:9" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "", complaint = "";
  child.stdout?.on("data", (text) => said += text);
  child.stderr?.on("data", (text) => complaint += text);
  await new Promise((resolve) => child.on("close", resolve));
  assert.equal(said, "seen seen\n", `it said ${JSON.stringify(said)}, and ${JSON.stringify(complaint)}`);
  return readdirSync(temporary);
}

Deno.test("a browser leaves nothing behind; what a killed one left, the next start removes", async () => {
  const temporary = mkdtempSync(join(tmpdir(), "weightshare-browser-test-"));
  try {
    assert.deepEqual(await left(temporary, "await closeBrowser();"), []);
    const killed = await left(temporary, 'process.kill(process.pid, "SIGKILL");');
    assert.equal(killed.length, 1, killed.join());
    assert.deepEqual(await left(temporary, "await closeBrowser();"), []);
    assert.ok(existsSync(temporary));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
});

Deno.test("a kept page is made ready once for uses one after the other; one whose use fails is not kept", async () => {
  let prepared = 0;
  const prepare = async (page: Page) => await page.setContent(`<b>${++prepared}</b>`);
  const look = () => withKeptPage(prepare, (page) => page.textContent("b"));
  try {
    assert.deepEqual([await look(), await look()], ["1", "1"]);
    assert.deepEqual((await Promise.all([look(), look()])).toSorted(), ["1", "2"]);
    await assert.rejects(withKeptPage(prepare, () => Promise.reject(new Error("no"))), /^Error: no$/);
    await assert.rejects(withKeptPage(prepare, () => Promise.reject(new Error("no"))), /^Error: no$/);
    assert.equal(await look(), "3");
  } finally {
    await closeBrowser();
  }
});

Deno.test("a kept page makes room for another before plotly's memory of texts is full", async () => {
  let prepared = 0;
  const prepare = async (page: Page) => await page.setContent(`<b>${++prepared}</b>`);
  try {
    const seen: (string | null)[] = [];
    for (let use = 0; use < 41; use++) {
      seen.push(await withKeptPage(prepare, (page) => page.textContent("b")));
    }
    assert.deepEqual([seen[0], seen[39], seen[40]], ["1", "1", "2"]);
  } finally {
    await closeBrowser();
  }
});
