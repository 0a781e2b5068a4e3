import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "../../lib/paths.ts";
import { spawnBound } from "../../setup/bound.ts";
import { lives, parentOf, sleep, until, untilIdIn } from "./process.ts";

const WORK = `import { writeFileSync } from "node:fs";
import { stopWithStarter } from "${ROOT}/setup/starter.ts";
stopWithStarter();
writeFileSync("pid", String(process.pid));
process.on("SIGTERM", () => process.exit(75));
setInterval(() => {}, 1000);`;

/** Work below `deno task` below a shell in a session of its own; gives the ids of the three. */
async function started(test: (ids: { shell: number; task: number; work: number }) => Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), "weightshare-starter-"));
  try {
    writeFileSync(join(folder, "deno.json"), JSON.stringify({ tasks: { work: "deno run -A work.ts" } }));
    writeFileSync(join(folder, "work.ts"), WORK);
    const shell = spawnBound("bash", ["-c", `"${Deno.execPath()}" task work; sleep 1000`], {
      cwd: folder,
      detached: true,
      stdio: "ignore",
    });
    const work = await untilIdIn(join(folder, "pid"), "the work");
    await test({ shell: shell.pid as number, task: parentOf(work), work });
    process.kill(-(shell.pid as number), "SIGKILL");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

Deno.test("kill -9 of the command that passes the work on stops the work", async () => {
  await started(async ({ task, work }) => {
    process.kill(task, "SIGKILL");
    await until("the work to end", () => !lives(work));
  });
});

Deno.test("a terminal that is closed takes the command with it, and the work goes on", async () => {
  await started(async ({ shell, task, work }) => {
    process.kill(shell, "SIGKILL");
    process.kill(task, "SIGKILL");
    await sleep(8000);
    assert.ok(lives(work));
  });
});

Deno.test("kill of the command stops the work also when its shell is long gone", async () => {
  await started(async ({ shell, task, work }) => {
    process.kill(shell, "SIGKILL");
    await sleep(6000);
    assert.ok(lives(work));
    process.kill(task, "SIGKILL");
    await until("the work to end", () => !lives(work));
  });
});
