import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Page } from "playwright-core";
import { ROOT } from "../../lib/paths.ts";
import { withPage } from "../../lib/report/browser.ts";
import { spawnBound } from "../../setup/bound.ts";

const OPEN_AND_IDLE =
  ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook-ExecutionIndicator[data-status='idle']";
const NOTEBOOK = join(ROOT, "notebooks", "01-proxy-learning-fashion-mnist.ipynb");

/** Opens a copy of the first notebook at a profile in a real JupyterLab; records go to a folder of their own. */
async function inLab(
  profile: string,
  test: (page: Page) => Promise<void>,
): Promise<void> {
  mkdirSync(join(ROOT, "results"), { recursive: true });
  const folder = mkdtempSync(join(ROOT, "results", "lab-test-"));
  const results = mkdtempSync(join(tmpdir(), "weightshare-lab-"));
  const text = readFileSync(NOTEBOOK, "utf8").replace(
    'let profile = \\"quick\\"',
    `let profile = \\"${profile}\\"`,
  );
  writeFileSync(join(folder, "notebook.ipynb"), text);
  const lab = spawnBound(Deno.execPath(), ["run", "-A", "tasks/lab.ts", "--no-browser"], {
    cwd: ROOT,
    env: { ...process.env, WEIGHTSHARE_RESULTS: results, http_proxy: "http://127.0.0.1:9" }, // nobody listens there
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    const url = await new Promise<URL>((resolve, reject) => {
      lab.stdout?.on("data", (chunk) => {
        const [found] = /http:\S+/.exec(String(chunk)) ?? [];
        if (found !== undefined) resolve(new URL(found));
      });
      lab.on("close", () => reject(new Error("JupyterLab ended")));
    });
    assert.equal(url.hostname, "127.0.0.1");
    await withPage({ viewport: { width: 1300, height: 1000 } }, async (page) => {
      const path = `results/${basename(folder)}/notebook.ipynb`;
      await page.goto(`${url.origin}/lab/workspaces/test/tree/${path}${url.search}&reset`);
      await page.waitForSelector("#jp-main-statusbar :text('Deno (weightshare) | Idle')");
      try {
        await test(page);
      } finally {
        const shots = process.env["WEIGHTSHARE_SCREENSHOTS"];
        if (shots !== undefined) await page.screenshot({ path: join(shots, `lab-${profile}.png`) });
      }
    });
  } finally {
    process.kill(lab.pid as number, "SIGTERM");
    await new Promise((resolve) => lab.on("close", resolve));
    rmSync(folder, { recursive: true, force: true });
    rmSync(results, { recursive: true, force: true });
  }
}

async function menu(page: Page, bar: string, item: string): Promise<void> {
  await page.click(`.lm-MenuBar-item:has-text("${bar}")`);
  await page.click(`.lm-Menu-item:has(.lm-Menu-itemLabel:text-is("${item}"))`);
}

/** Waits for what comes in half a minute on an idle machine, and in several where the whole gate runs on a slow one. */
async function until(page: Page, condition: () => Promise<boolean>, what: string): Promise<void> {
  const seconds = 400;
  const deadline = performance.now() + 1000 * seconds;
  while (!await condition()) {
    if (performance.now() > deadline) {
      assert.fail(`waited ${seconds} s in vain for ${what}: ${await seen(page)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What the page says of its cells and its kernel. */
async function seen(page: Page): Promise<string> {
  const prompts = await page.locator(".jp-CodeCell .jp-InputPrompt").allInnerTexts();
  return `cells ${prompts.join(" ")}; ${await page.locator("#jp-main-statusbar").innerText()}`;
}

Deno.test("in JupyterLab a notebook runs cell by cell, and again after a change", async (test) => {
  await inLab("smoke", async (page) => {
    await test.step("its bars move in place, its figures are interactive, its functions explain themselves", async () => {
      await menu(page, "Run", "Run All Cells");
      const seen = new Set<string>();
      const bars = page.locator(".jp-OutputArea-output progress");
      const figures = page.locator(".js-plotly-plot");
      const look = async () => {
        const values = await bars.evaluateAll((all) => all.map((bar) => bar.getAttribute("value") ?? ""));
        if (values[0] !== undefined) seen.add(values[0]);
        assert.ok(values.length <= 4, "one bar a run");
        return values.length === 4 && await figures.count() >= 5;
      };
      await until(page, look, "five interactive figures, and the changed run of the last cell");
      assert.ok(seen.size >= 3, `the first bar moved through ${[...seen]}`);
      assert.equal(await bars.count(), 4);
      assert.equal(await page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count(), 0);
      assert.ok(await page.locator(".jp-OutputArea-output table:has-text('SNN by proxy')").count() > 0);
      await page.locator(".jp-Notebook .cm-line", { hasText: "await reproduce(" }).getByText("reproduce")
        .click();
      await page.keyboard.press("Shift+Tab");
      const shown = page.locator(".jp-Tooltip");
      await shown.waitFor({ timeout: 30_000 });
      const words = await shown.innerText();
      assert.match(words, /function reproduce\(name: string,.*\): Promise<RunRecord\[\]>;/);
      assert.match(words, /The records of every run behind an experiment's table/);
    });
    await test.step("after a stop, what was queued is not run: no table of another profile appears below the new one", async () => {
      const tables = page.locator(".jp-OutputArea-output table:has-text('SNN by proxy')");
      assert.ok(await tables.count() > 0);
      const quiet = async () => await page.locator(".jp-InputPrompt:text-is('[*]:')").count() === 0;
      await until(page, quiet, "the end");
      await page.locator(".jp-Notebook .cm-line", { hasText: "let profile" }).click();
      await page.keyboard.press("End");
      await page.keyboard.type(' profile = "quick";');
      await menu(page, "Run", "Run All Cells");
      const bar = page.locator(".jp-OutputArea-output progress").first();
      const moving = async () => await bar.count() > 0 && Number(await bar.getAttribute("value")) < 50;
      await until(page, moving, "training to start");
      await menu(page, "Kernel", "Interrupt Kernel");
      await page.waitForSelector(".jp-OutputArea-output:has-text('Stopped by the user')");
      await until(page, quiet, "quiet");
      assert.equal(await tables.count(), 0);
    });
  });
});

Deno.test("JupyterLab stops what runs, and opens every notebook", async (test) => {
  await inLab("quick", async (page) => {
    await test.step("the stop button ends training with one sentence and leaves the kernel alive", async () => {
      await menu(page, "Run", "Run All Cells");
      const bar = page.locator(".jp-OutputArea-output progress").first();
      const started = async () => await bar.count() > 0 && Number(await bar.getAttribute("value")) > 0;
      await until(page, started, "training to start");
      const asked = performance.now();
      await menu(page, "Kernel", "Interrupt Kernel");
      await page.waitForSelector(
        ".jp-OutputArea-output:has-text('Stopped by the user; the finished epochs of proxy-k1')",
      );
      assert.ok(performance.now() - asked < 5000, "within five seconds");
      await page.waitForSelector("#jp-main-statusbar :text('Deno (weightshare) | Idle')");
      const runBelow = async (source: string) => {
        for (const key of ["Escape", "b", "Enter"]) await page.keyboard.press(key);
        await page.keyboard.type(source);
        await page.keyboard.press("Shift+Enter");
      };
      await page.locator(".jp-Notebook .jp-CodeCell").first().click();
      await runBelow("40 + 2");
      await page.waitForSelector(".jp-OutputArea-executeResult:has-text('42')");
      await runBelow("let x = ;");
      await page.waitForSelector(".jp-OutputArea-output:has-text('Expression expected in line 1, column 9')");
    });
    await test.step("once all is closed, the launcher offers the two kernels", async () => {
      await menu(page, "File", "Close All Tabs");
      await page.click(".jp-Dialog button:has-text('Discard')");
      const cards = page.locator(".jp-LauncherCard[data-category='Notebook']");
      await cards.first().waitFor();
      assert.deepEqual((await cards.allInnerTexts()).map((text) => text.trim().split("\n").at(-1)).sort(), [
        "Deno (weightshare)",
        "tslab (weightshare)",
      ]);
    });
    await test.step("a notebook that is opened is not changed by that", async () => {
      const folder = join(ROOT, "notebooks");
      const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
      const files = () => names.map((name) => readFileSync(join(folder, name), "utf8"));
      const state = () => execFileSync("git", ["status", "--porcelain"], { cwd: ROOT, encoding: "utf8" });
      const before = [...files(), state()];
      for (const name of names) {
        await menu(page, "File", "Open from Path…");
        await page.fill(".jp-Dialog input", `notebooks/${name}`);
        await page.keyboard.press("Enter");
        await page.waitForSelector(`.lm-DockPanel-tabBar .lm-mod-current:has-text("${name}")`);
        await page.waitForSelector("#jp-main-statusbar :text('Deno (weightshare) | Idle')");
        await page.waitForSelector(OPEN_AND_IDLE); // of its own, where the status bar may still show the last one's
      }
      await page.waitForTimeout(1000);
      assert.equal(await page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab").count(), names.length + 1);
      assert.deepEqual(await page.locator(".jp-mod-dirty").allInnerTexts(), []);
      assert.deepEqual([...files(), state()], before);
    });
  });
});
