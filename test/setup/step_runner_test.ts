import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { FailureError } from "../../lib/errors.ts";
import { spawnBound } from "../../setup/bound.ts";
import type { Reporter } from "../../setup/reporter.ts";
import { dropStamp, stampProblem, writeStamp } from "../../lib/stamp.ts";
import { runSteps, type Step, unfinished } from "../../setup/step.ts";

function scratch(): { root: string; [Symbol.dispose](): void } {
  const root = mkdtempSync(join(tmpdir(), "weightshare-setup-"));
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

/** A reporter that remembers. */
function listener(): Reporter & { lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    begin: (number, total, title) => ({
      report: () => {},
      done: () => void lines.push(`${number}/${total} ${title} done`),
      failed: () => void lines.push(`${number}/${total} ${title} failed`),
    }),
    note: (text) => void lines.push(text),
    end: () => {},
  };
}

/** A step that writes one file and vouches for it. */
function fileStep(root: string, id: string, needs: string[] = [], run?: () => Promise<void>): Step {
  const stamp = { root, path: join(root, `${id}.stamp.json`) };
  return {
    id,
    title: id,
    needs,
    problem: () => Promise.resolve(stampProblem(stamp, { version: "1" })),
    async run() {
      await run?.();
      writeFileSync(join(root, id), "made");
      writeStamp(stamp, { version: "1" }, [id]);
    },
    detail: () => "there",
  };
}

Deno.test("steps run after those that they need, and not again", async () => {
  using place = scratch();
  const order: string[] = [];
  const step = (id: string, needs: string[]) =>
    fileStep(place.root, id, needs, () => Promise.resolve(void order.push(id)));
  const steps = [step("a", []), step("b", ["a"]), step("c", ["a", "b"])];
  const reporter = listener();
  assert.deepEqual(await runSteps(steps, place.root, reporter), ["a", "b", "c"]);
  assert.deepEqual(order, ["a", "b", "c"]);
  assert.deepEqual(reporter.lines, ["1/3 a done", "2/3 b done", "3/3 c done"]);
  assert.deepEqual(await runSteps(steps, place.root, reporter), []);
  assert.deepEqual(order, ["a", "b", "c"]);
});

Deno.test("a failed step stops those that need it alone, and its error is thrown", async () => {
  using place = scratch();
  const broken = fileStep(place.root, "broken", [], () => Promise.reject(new FailureError("Making it: no.")));
  const steps = [broken, fileStep(place.root, "after", ["broken"]), fileStep(place.root, "other")];
  await assert.rejects(runSteps(steps, place.root, listener()), /^FailureError: Making it: no\.$/);
  assert.deepEqual((await unfinished(steps)).map(({ id }) => id), ["broken", "after"]);
});

Deno.test("what the machine lacks is told before anything is changed", async () => {
  using place = scratch();
  let ran = false;
  const first = fileStep(place.root, "first", [], () => Promise.resolve(void (ran = true)));
  const second = {
    ...fileStep(place.root, "second"),
    require: () => Promise.reject(new FailureError("No compiler.")),
  };
  await assert.rejects(runSteps([first, second], place.root, listener()), /No compiler\./);
  assert.equal(ran, false);
});

Deno.test("a step whose file was cut short, lost or made from other inputs is not done", () => {
  using place = scratch();
  const stamp = { root: place.root, path: join(place.root, "stamp.json") };
  writeFileSync(join(place.root, "big"), "0123456789");
  writeStamp(stamp, { wheel: "1" }, ["big"]);
  assert.equal(stampProblem(stamp, { wheel: "1" }), null);
  assert.equal(stampProblem(stamp, { wheel: "2" }), "wheel changed since it was set up");
  writeFileSync(join(place.root, "big"), "01234");
  assert.equal(stampProblem(stamp, { wheel: "1" }), "big has 5 bytes instead of 10");
  rmSync(join(place.root, "big"));
  assert.equal(stampProblem(stamp, { wheel: "1" }), "big is missing");
  writeFileSync(join(place.root, "big"), "0123456789");
  for (
    const damaged of [
      "",
      "null",
      "[]",
      '{"inputs": {"wheel"',
      '{"inputs":{},"files":{"big":"10"},"notes":{}}',
      "\0",
    ]
  ) {
    writeFileSync(stamp.path, damaged);
    assert.match(stampProblem(stamp, { wheel: "1" }) ?? "", /interrupted/);
  }
  rmSync(stamp.path);
  mkdirSync(join(stamp.path, "folder"), { recursive: true });
  assert.match(stampProblem(stamp, { wheel: "1" }) ?? "", /interrupted/);
  writeStamp(stamp, { wheel: "1" }, ["big"]);
  assert.equal(stampProblem(stamp, { wheel: "1" }), null);
  dropStamp(stamp.path);
  assert.match(stampProblem(stamp, { wheel: "1" }) ?? "", /interrupted/);
});

Deno.test("of wanted steps only the missing ones run, with what they need; nothing else is looked at", async () => {
  using place = scratch();
  const other = {
    ...fileStep(place.root, "other"),
    problem: () => Promise.reject(new Error("looked at")),
  };
  const steps = [fileStep(place.root, "a"), fileStep(place.root, "b", ["a"]), other];
  assert.deepEqual(await runSteps(steps, place.root, listener(), ["b"]), ["a", "b"]);
  rmSync(join(place.root, "a"));
  assert.deepEqual(await runSteps(steps, place.root, listener(), ["b"]), []);
  rmSync(join(place.root, "b"));
  assert.deepEqual(await runSteps(steps, place.root, listener(), ["b"]), ["a", "b"]);
});

Deno.test("a step made anew takes with it what lay in it, which is made anew in the same set-up", async () => {
  using place = scratch();
  const [house, room] = [fileStep(place.root, "house"), fileStep(place.root, "room", ["house"])];
  const rebuilt = {
    ...house,
    run: async () => {
      rmSync(join(place.root, "room.stamp.json"), { force: true });
      await house.run(() => {});
    },
  };
  assert.deepEqual(await runSteps([rebuilt, room], place.root, listener()), ["house", "room"]);
  rmSync(join(place.root, "house"));
  assert.deepEqual(await runSteps([rebuilt, room], place.root, listener()), ["house", "room"]);
});

const KILLED = `
import { writeFileSync } from "node:fs";
import { join } from "node:path";
const [root, base] = process.argv.slice(2);
const { mustRun } = await import(base + "/child.ts");
const { runSteps } = await import(base + "/step.ts");
const { plain } = { plain: { begin: () => ({ report() {}, done() {}, failed() {} }), note() {}, end() {} } };
await runSteps([{
  id: "slow", title: "slow", needs: [], detail: () => "",
  problem: () => Promise.resolve("never"),
  async run() {
    writeFileSync(join(root, "slow"), "ha");
    console.log("half-way");
    await mustRun("Sleeping", "wait", "sleep", ["30"]);
  },
}], root, plain);`;

Deno.test("a set-up killed half-way is not believed; its children end with it, and the next one finishes", async () => {
  using place = scratch();
  const script = join(place.root, "killed.ts");
  writeFileSync(script, KILLED);
  const base = new URL("../../setup", import.meta.url).href;
  const child = spawnBound(process.execPath, ["run", "-A", "--no-config", script, place.root, base], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise<void>((resolve) => child.stdout?.once("data", () => resolve()));
  await new Promise((resolve) => setTimeout(resolve, 500));
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await exited;
  child.stdout?.destroy();
  const killed = performance.now();
  assert.equal(readFileSync(join(place.root, "slow"), "utf8"), "ha");
  assert.equal(existsSync(join(place.root, "slow.stamp.json")), false);

  const steps = [fileStep(place.root, "slow")];
  assert.equal((await unfinished(steps)).length, 1);
  const reporter = listener();
  assert.deepEqual(await runSteps(steps, place.root, reporter), ["slow"]);
  assert.equal(readFileSync(join(place.root, "slow"), "utf8"), "made");
  assert.ok(performance.now() - killed < 5000, "nothing waits for an orphaned child");
});
