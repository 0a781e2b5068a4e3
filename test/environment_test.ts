import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { checkEnvironment, setting, type VariableName, VARIABLES } from "../lib/environment.ts";
import { UsageError } from "../lib/errors.ts";
import { ROOT } from "../lib/paths.ts";

/** Does something with a variable set. */
function having<Value>(name: VariableName, text: string, action: () => Value): Value {
  const before = process.env[name];
  process.env[name] = text;
  try {
    return action();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}

Deno.test("a text that is no value is refused in one sentence that says what is needed and what it decides", () => {
  const wrong: Partial<Record<VariableName, string[]>> = {
    TF_NUM_INTRAOP_THREADS: ["-1", "0", "1.5", "abc", "1e1", "99999999999", " 2", "+2", "0x2", "NaN", "1025"],
    TF_ENABLE_ONEDNN_OPTS: ["2", "true", "on", "-1"],
    WEIGHTSHARE_KERNELS: ["Native", "constructor", "avx", "native "],
    WEIGHTSHARE_TRACE: ["yes"],
  };
  for (const [name, texts] of Object.entries(wrong) as [VariableName, string[]][]) {
    for (const text of texts) {
      having(name, text, () => {
        assert.throws(() => setting(name), (error) => {
          assert.ok(error instanceof UsageError);
          assert.ok(
            error.message.includes(`${name} is ${JSON.stringify(text)}, but must be `),
            error.message,
          );
          return true;
        });
        assert.throws(checkEnvironment, UsageError);
      });
    }
  }
});

Deno.test("an empty text is not set, for every variable", () => {
  for (const name of Object.keys(VARIABLES) as VariableName[]) {
    assert.equal(having(name, "", () => setting(name)), undefined);
  }
});

const PATHS = `import { dataFolder, resultsFolder } from "${ROOT}/lib/paths.ts";
console.log(JSON.stringify([dataFolder(), resultsFolder()]));`;

function foldersFrom(cwd: string, env: Record<string, string>): string[] {
  const { stdout } = spawnSync(Deno.execPath(), ["eval", "--no-config", PATHS], {
    ...{ cwd, env: { ...process.env, ...env }, encoding: "utf8" },
  });
  return JSON.parse(stdout);
}

Deno.test("a relative folder means the same to a task and to a notebook, whose working folders differ", () => {
  const env = { WEIGHTSHARE_RESULTS: "elsewhere", WEIGHTSHARE_DATA: "" };
  const wanted = [`${ROOT}/data`, `${ROOT}/elsewhere`];
  assert.deepEqual(foldersFrom(ROOT, env), wanted);
  assert.deepEqual(foldersFrom(`${ROOT}/notebooks`, env), wanted);
});

Deno.test("a wrong number of threads ends a task with its sentence before TensorFlow reads it", () => {
  for (const text of ["-1", "99999999999", "abc"]) {
    const ended = spawnSync(Deno.execPath(), ["run", "-A", "tasks/train.ts", "fashion-mnist-proxy"], {
      ...{ cwd: ROOT, env: { ...process.env, TF_NUM_INTRAOP_THREADS: text }, encoding: "utf8" },
    });
    assert.equal(ended.status, 2);
    assert.match(ended.stderr, /^error: Reading the environment: TF_NUM_INTRAOP_THREADS is .*\n$/);
  }
});

Deno.test("no other place reads these variables", () => {
  const names = Object.keys(VARIABLES).join("|");
  const pattern = `(process\\.env|Deno\\.env).{0,12}(${names})\\b`;
  const { stdout } = spawnSync(
    "grep",
    ["-rnE", pattern, "lib", "tasks", "setup", "bench", "--include=*.ts"],
    {
      ...{ cwd: ROOT, encoding: "utf8" },
    },
  );
  const places = stdout.split("\n").filter((line) =>
    line !== "" && !line.startsWith("lib/dist/") && !/^tasks\/campaign\//.test(line) // which gives every try a folder of its own
  );
  assert.deepEqual(places, []);
});
