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
    assert.ok(verdict.passed, JSON.stringify({ ...verdict, fixture: undefined }));
  });
}

function altered(
  change: (fixture: Fixture) => void,
  file = "proxy-step--frozen-count.json",
): ReturnType<typeof evaluateGolden> {
  const fixture: Fixture = JSON.parse(readFileSync(join(FIXTURES, file), "utf8"));
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
    assert.ok(!verdict.passed);
  }
});

Deno.test("a changed constant is noticed in every learning rule", () => {
  const changes: Record<string, Record<string, unknown>[]> = {
    "surrogate-step--pool-attached.json": [
      { detach_reset: true },
      { reset: "subtract" },
      { surrogate: { alpha: 2.1 } },
      { T: 6 },
      { batch_norm_mode: "train" },
    ],
    "surrogate-step--train-detached.json": [{ batch_norm_mode: "frozen" }, { detach_reset: false }],
    "tandem-step--pool.json": [{ T: 11 }, { theta: 1.1 }, { reset: "hard" }, { initial_membrane: 0.5 }],
    "tandem-step--of-counts-pool.json": [{ norm: undefined }, { T: 9 }],
    "tandem-step--of-counts-stop.json": [{ stop_at_saturation: false }, { norm: undefined }],
    "tandem-step--of-counts-train.json": [{ batch_norm_mode: "frozen" }, { batch_norm: { momentum: 0.1 } }],
    "conversion--max.json": [{ normalisation: "p999" }, { percentile: 99.8 }, { theta: 1.1 }],
    "conversion--gated-max.json": [{ pooling: "or" }, { readout: "spikes" }, { T: [8, 16, 31] }],
    "conversion--p999.json": [{ normalisation: "max" }],
  };
  for (const [file, list] of Object.entries(changes)) {
    for (const change of list) {
      const verdict = altered((fixture) => Object.assign(fixture.config, change), file);
      assert.ok(!verdict.passed, `${file} ${JSON.stringify(change)}`);
    }
  }
});

Deno.test("an unknown kind, an empty file and missing expectations are refused", () => {
  assert.throws(() => altered((fixture) => fixture.kind = "telepathy"), /kind "telepathy" is unknown/);
  assert.throws(() => altered((fixture) => fixture.expected = {}), /expected is {}, but must hold something/);
  const folder = mkdtempSync(join(tmpdir(), "golden-"));
  writeFileSync(join(folder, "empty.json"), "");
  assert.throws(() => evaluateGolden(join(folder, "empty.json")), /Reading the golden file/);
  rmSync(folder, { recursive: true });
});

Deno.test("what cannot decide is refused by file and field: tolerances, misspelt fields, values that are no numbers", () => {
  const far = (fixture: Fixture) => {
    for (const [name, wanted] of Object.entries(fixture.expected)) {
      if (typeof wanted === "number") fixture.expected[name] = wanted + 1000;
      else if ("values" in wanted) wanted.values = wanted.values.map((value) => value + 1000);
    }
  };
  const refuses = (change: (fixture: Record<string, unknown>) => void, message: RegExp) =>
    assert.throws(
      () =>
        altered((fixture) => {
          far(fixture);
          change(fixture as unknown as Record<string, unknown>);
        }),
      (error: Error) => /case\.json/.test(error.message) && message.test(error.message),
    );
  assert.ok(!altered(far).passed);
  for (
    const tolerance of [
      ...[{}, { rtol: 1e-4, atoll: 1e-6 }, { rtol: 1e-4 }, { rtol: "1", atol: "1" }, { rtol: -1, atol: 0 }],
      ...[
        { rtol: 0, atol: -1 },
        [1, 1],
        null,
        1,
        { rtol: null, atol: null },
        { rtol: 0, atol: 0, extra: 1 },
        { rtol: 1e9, atol: 0 },
      ],
    ]
  ) refuses((fixture) => fixture["tolerance"] = tolerance, /tolerance/);
  refuses((fixture) => fixture["expectd"] = fixture["expected"], /expectd/);
  for (const value of [null, "1", [], { shape: [1], values: [null] }, { shape: [1], values: ["1"] }]) {
    refuses((fixture) => fixture["expected"] = { x: value }, /expected/);
  }
  refuses((fixture) => fixture["expected"] = { x: { shape: [0], values: [] } }, /expected\.x/);
  refuses((fixture) => delete fixture["expected"], /expected/);
});

Deno.test("a tolerance that is no number never passes", () => {
  for (const tolerance of [{}, { rtol: NaN, atol: 0 }, { rtol: 0, atol: NaN }, { rtol: -1, atol: 0 }]) {
    const fixture = { tolerance, expected: { x: 1 } } as unknown as Fixture;
    assert.ok(!compare(fixture, { x: 1001 }).passed, JSON.stringify(tolerance));
  }
});

Deno.test("NaN, infinity and missing results never pass", () => {
  const fixture = { tolerance: { rtol: 1, atol: 1e9 }, expected: { x: 1 } } as unknown as Fixture;
  assert.ok(compare(fixture, { x: 1 }).passed);
  for (const results of [{ x: NaN }, { x: Infinity }, {}, { x: [1, 1] }]) {
    assert.ok(!compare(fixture, results).passed);
  }
});
