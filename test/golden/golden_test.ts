import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compare } from "./compare.ts";
import { evaluateGolden } from "./evaluate.ts";
import type { Fixture } from "./fixture.ts";

const FIXTURES = join(import.meta.dirname as string, "fixtures");

for (const file of readdirSync(FIXTURES).filter((name) => name.endsWith(".json"))) {
  Deno.test(`golden ${file}`, () => {
    const verdict = evaluateGolden(join(FIXTURES, file));
    assert.equal(verdict.status, "compared");
    assert.ok("passed" in verdict && verdict.passed, JSON.stringify({ ...verdict, fixture: undefined }));
  });
}

function altered(change: (fixture: Fixture) => void): ReturnType<typeof evaluateGolden> {
  const fixture: Fixture = JSON.parse(readFileSync(join(FIXTURES, "proxy-step--frozen-count.json"), "utf8"));
  change(fixture);
  const folder = mkdtempSync(join(tmpdir(), "golden-"));
  try {
    writeFileSync(join(folder, "case.json"), JSON.stringify(fixture));
    return evaluateGolden(join(folder, "case.json"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

Deno.test("a changed constant or equation is noticed", () => {
  for (
    const change of [
      (fixture: Fixture) => fixture.config["theta"] = 1.1,
      (fixture: Fixture) => fixture.config["reset"] = "subtract",
      (fixture: Fixture) => fixture.config["loss_input"] = "rate",
      (fixture: Fixture) => (fixture.config["optimizer"] as { learning_rate: number }).learning_rate = 0.02,
    ]
  ) {
    const verdict = altered(change);
    assert.ok("passed" in verdict && !verdict.passed);
  }
});

Deno.test("an unknown kind, an empty file and missing expectations are refused", () => {
  assert.throws(() => altered((fixture) => fixture.kind = "telepathy"), /kind "telepathy" is unknown/);
  assert.throws(() => altered((fixture) => fixture.expected = {}), /expects nothing/);
  const folder = mkdtempSync(join(tmpdir(), "golden-"));
  writeFileSync(join(folder, "empty.json"), "");
  assert.throws(() => evaluateGolden(join(folder, "empty.json")), /Reading the golden file/);
  rmSync(folder, { recursive: true });
});

Deno.test("NaN, infinity and missing results never pass", () => {
  const fixture = { tolerance: { rtol: 1, atol: 1e9 }, expected: { x: 1 } } as unknown as Fixture;
  assert.ok(compare(fixture, { x: 1 }).passed);
  for (const results of [{ x: NaN }, { x: Infinity }, {}, { x: [1, 1] }]) {
    assert.ok(!compare(fixture, results).passed);
  }
});
