import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "../../lib/paths.ts";

function deno(task: string, ...args: string[]) {
  return spawnSync(process.execPath, ["run", "-A", join(ROOT, "tasks", task), ...args], { encoding: "utf8" });
}

/** The programs of tasks that read a command line. */
const COMMANDS = readdirSync(join(ROOT, "tasks")).filter((file) =>
  readFileSync(join(ROOT, "tasks", file), "utf8").includes("await runCommand(")
);

Deno.test("every command tells its name, what it does and its options", () => {
  assert.ok(COMMANDS.length >= 8, COMMANDS.join());
  for (const command of COMMANDS) {
    const { status, stdout, stderr } = deno(command, "--help");
    assert.equal(status, 0, `${command}: ${stderr}`);
    assert.match(stdout, new RegExp(`^Usage: deno task ${command.replace(".ts", "")}`));
  }
});

Deno.test("an option given twice is refused, one of several values is not", () => {
  const { status, stderr } = deno("train.ts", "fashion-mnist-proxy", "--row", "ann", "--row", "proxy-k1");
  assert.equal(status, 2);
  assert.match(stderr, /--row is given twice; see deno task train --help/);
  const sets = deno("train.ts", "fashion-mnist-proxy", "--set", "T=8", "--set", "batch=0");
  assert.match(sets.stderr, /training.batch is 0, but must be at least 1/);
});

Deno.test("deno task parameters --csv prints the published counts in their file's columns", () => {
  const { status, stdout, stderr } = deno("parameters.ts", "--csv");
  assert.equal(status, 0, stderr);
  // The last column says how a count was checked: theirs by running the released code, ours on the built model.
  const rows = (text: string) => text.trim().split(/\r?\n/).map((row) => row.slice(0, row.lastIndexOf(",")));
  const published = readFileSync(join(import.meta.dirname as string, "../models/ks_params.csv"), "utf8");
  assert.deepEqual(rows(stdout).toSorted(), rows(published).toSorted());
});
