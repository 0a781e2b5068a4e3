import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PEERS_PYTHON } from "../../bench/peers/setup.ts";
import { ROOT } from "../../lib/paths.ts";
import { childEnvironment } from "../../setup/environment.ts";
import { evaluateGolden, GOLDEN_KINDS } from "./evaluate.ts";

const FOLDER = import.meta.dirname as string;
const COMMITTED = new Set(readdirSync(join(FOLDER, "fixtures")));

const ignore = !existsSync(PEERS_PYTHON);
if (ignore) {
  console.log(
    "PyTorch is not set up (deno task golden:make --check sets it up): no golden numbers are made anew.",
  );
}

function make(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const script = join(FOLDER, "generator", "make.py");
  return spawnSync(PEERS_PYTHON, [script, ...args], { encoding: "utf8", env: childEnvironment() });
}

Deno.test({
  name:
    "PyTorch says again what the committed golden files say, and we agree with it on cases of every kind that have none",
  ignore,
  fn() {
    const folder = mkdtempSync(join(tmpdir(), "golden-"));
    try {
      const { status, stdout, stderr } = make("--check", "--output", folder);
      assert.equal(status, 0, `${stdout}\n${stderr}`);
      assert.match(stdout, new RegExp(`^${COMMITTED.size} files agree, 0 differ`, "m"));
      const kinds = new Set<string>();
      for (const file of readdirSync(folder).filter((name) => !COMMITTED.has(name))) {
        const verdict = evaluateGolden(join(folder, file));
        assert.ok(verdict.passed, JSON.stringify({ ...verdict, fixture: verdict.fixture.name }));
        kinds.add(verdict.fixture.kind);
      }
      assert.deepEqual([...kinds].sort(), [...GOLDEN_KINDS].sort());
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "the generator refuses what it does not know in one sentence",
  ignore,
  fn() {
    const { status, stderr } = make("--check", "--kind", "telepathy");
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^error: Making golden files: the kind "telepathy" is unknown; use one of adam-step, .*tie-rule\.\n$/,
    );
  },
});

Deno.test("the generator asks for the PyTorch that the peers' environment has", () => {
  const torch = (file: string) => /^torch==.*$/m.exec(readFileSync(join(ROOT, file), "utf8"))?.[0];
  assert.equal(torch("test/golden/generator/requirements.txt"), torch("bench/peers/requirements.in"));
});
