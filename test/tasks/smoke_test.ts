import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { changed as changeRun, chooseRuns } from "../../lib/experiments/train.ts";
import { joinText, readNotebook } from "../../lib/report/notebook_file.ts";
import type { RunRequest } from "../../lib/runs/store.ts";
import { projectNotebooks } from "../../tasks/execute.ts";
import { requestsOf } from "../../lib/experiments/experiment.ts";
import { findExperiment } from "../../lib/experiments/experiments.ts";
import { hashConfig } from "../../lib/runs/config/config.ts";
import { ROOT } from "../../lib/paths.ts";
import { differences, readReference, type Reference } from "../../tasks/smoke_reference.ts";

const FILE = join(ROOT, "test", "smoke", "reference.json");
const COMMITTED = readReference(FILE);

const [RUN] = Object.keys(COMMITTED.runs).filter((run) =>
  run.startsWith("fashion-mnist-comparison surrogate ")
);

/** The reference with one number of one run changed, seen on this or another machine. */
function changed(key: string, change: (value: number) => number, elsewhere = false): Reference {
  const found = structuredClone(COMMITTED);
  const numbers = found.runs[RUN as string] as Record<string, number>;
  numbers[key] = change(numbers[key] as number);
  if (elsewhere) found.machine.processor = "another";
  return found;
}

Deno.test("on the reference's machine every bit of a trained number counts", () => {
  assert.deepEqual(differences(COMMITTED, COMMITTED), []);
  const found = changed("evaluation.snn.loss", (loss) => loss * (1 + Number.EPSILON));
  const [line, ...others] = differences(found, COMMITTED);
  assert.match(
    line as string,
    /^fashion-mnist-comparison surrogate .*: evaluation\.snn\.loss is .*, in the reference /,
  );
  assert.equal(others.length, 0);
});

Deno.test("on another machine a number may differ by what rounding does, and no more", () => {
  const cases: [string, number, number][] = [
    ["evaluation.snn.loss", 1e-5, 0.01],
    ["evaluation.snn.argmax", 0.02, 0.1],
    ["rates.conv1", 0.002, 0.02],
  ];
  for (const [key, rounding, drift] of cases) {
    assert.deepEqual(differences(changed(key, (value) => value + rounding, true), COMMITTED), [], key);
    assert.equal(differences(changed(key, (value) => value + drift, true), COMMITTED).length, 1, key);
  }
  assert.equal(differences(changed("parameters", (value) => value + 1, true), COMMITTED).length, 1);
});

Deno.test("a damaged reference is named in one sentence", () => {
  const folder = mkdtempSync(join(tmpdir(), "reference-"));
  const path = join(folder, "reference.json");
  const text = readFileSync(FILE, "utf8");
  try {
    for (
      const [damaged, problem] of [
        [text.slice(0, 1000), "it is cut short"],
        [text.replace('"threads": 1', '"threads": "one"'), 'its "machine.threads" is "one", but must be'],
        [text.replace('"parameters": ', '"parameters": null, "others": '), "parameters"],
      ] as const
    ) {
      writeFileSync(path, damaged);
      assert.throws(() => readReference(path), (error: Error) => {
        assert.ok(
          error.message.startsWith(`Reading the reference of the smoke runs ${path}: `),
          error.message,
        );
        assert.ok(error.message.includes(problem) && error.message.includes("git checkout"), error.message);
        return error.name === "FailureError";
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

Deno.test("a run that is gone, one that is new and one without a number are told", () => {
  const { [RUN as string]: numbers, ...runs } = COMMITTED.runs;
  const fewer = { ...COMMITTED, runs };
  assert.deepEqual(differences(fewer, COMMITTED), [`${RUN}: in the reference, but not run`]);
  assert.deepEqual(differences(COMMITTED, fewer), [`${RUN}: run, but not in the reference`]);
  const { "train.loss": _loss, ...others } = numbers as Record<string, number>;
  const silent = { ...COMMITTED, runs: { ...runs, [RUN as string]: others } };
  assert.match(differences(silent, COMMITTED).join(), /train\.loss is undefined/);
});

Deno.test("the reference holds every smoke run of the experiments in it", () => {
  const experiments = new Set(Object.keys(COMMITTED.runs).map((run) => run.split(" ")[0] as string));
  const requests = [...experiments].flatMap((name) => requestsOf(findExperiment(name), "smoke"));
  const changes = projectNotebooks().flatMap(changedRuns);
  assert.ok(changes.length >= 5, "most notebooks change one thing");
  const names = [...requests, ...changes].map(({ experiment, row, config }) =>
    `${experiment} ${row} seed ${config.seed} ${hashConfig(config)}`
  );
  const renew = 'run "deno task smoke --renew"';
  assert.deepEqual(Object.keys(COMMITTED.runs).toSorted(), [...new Set(names)].toSorted(), renew);
});

/** The runs of a notebook's cells that change one thing. */
function changedRuns(notebook: string): RunRequest[] {
  const code = readNotebook(notebook).cells.map(({ source }) => joinText(source)).join("\n");
  const calls = code.matchAll(
    /train\("([\w-]+)", \{\s*\.\.\.\{ row: "([\w-]+)",(?: seed: (\d+),)? profile: profile, set: (\{[^}]*\}) \}/g,
  );
  return [...calls].flatMap(([, experiment = "", row, seed, set = "{}"]) =>
    chooseRuns(experiment, { profile: "smoke", row, seed }).map((request) =>
      changeRun(request, JSON.parse(set))
    )
  );
}

Deno.test("smoke tells its help and refuses what it does not know before it removes or starts anything", () => {
  const results = mkdtempSync(join(tmpdir(), "weightshare-smoke-"));
  const earlier = join(results, "smoke-check", "weightshare-deno");
  mkdirSync(earlier, { recursive: true });
  try {
    for (const [argument, expected] of [["--help", 0], ["--foo", 2], ["all", 2], ["--renew=1", 2]] as const) {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ["run", "-A", join(ROOT, "tasks", "smoke.ts"), argument],
        { encoding: "utf8", env: { ...process.env, WEIGHTSHARE_RESULTS: results }, timeout: 60_000 },
      );
      assert.equal(status, expected, `${argument}: ${stdout}${stderr}`);
      assert.ok(existsSync(earlier), argument);
    }
  } finally {
    rmSync(results, { recursive: true });
  }
});
