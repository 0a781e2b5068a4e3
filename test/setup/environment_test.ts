import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { ROOT } from "../../lib/paths.ts";
import { runChild } from "../../setup/child.ts";
import { findDeno } from "../../setup/deno_version.ts";
import { childEnvironment } from "../../setup/environment.ts";
import { JUPYTER_PYTHON, jupyterEnvironment } from "../../setup/jupyter.ts";
import { partsFor } from "../../setup/parts.ts";
import { allSteps } from "../../setup/steps/all.ts";
import { moduleGraph } from "../module_graph.ts";

async function withVariables(variables: Record<string, string>, test: () => Promise<void>): Promise<void> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    await test();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

const FOREIGN = {
  ...{
    PYTHONPATH: "/elsewhere",
    PYTHONHOME: "/elsewhere",
    PYTHONWARNINGS: "error",
    PYTHONUSERBASE: "/elsewhere",
  },
  ...{
    PIP_TARGET: "/elsewhere",
    PIP_USER: "1",
    PIP_NO_BINARY: ":all:",
    PIP_DRY_RUN: "1",
    NODE_ENV: "production",
  },
  ...{ NODE_OPTIONS: "--require /nowhere.cjs", NODE_PATH: "/elsewhere", npm_config_omit: "dev" },
  ...{
    NPM_CONFIG_GLOBAL: "true",
    npm_config_dry_run: "true",
    JUPYTER_PATH: "/elsewhere",
    IPYTHONDIR: "/elsewhere",
  },
};
const KEPT = {
  ...{ PIP_INDEX_URL: "https://mirror/simple", PIP_CERT: "/ca.pem", PIP_FIND_LINKS: "/wheels" },
  ...{ npm_config_registry: "https://mirror/", npm_config_cache: "/cache", HTTPS_PROXY: "http://proxy" },
  ...{ NODE_EXTRA_CA_CERTS: "/ca.pem", PYTHON: "/usr/bin/python3", WEIGHTSHARE_DATA: "/data" },
};

Deno.test("children do not get what the user's shell says to Python, pip, npm, Node and Jupyter; mirrors stay", async () => {
  await withVariables({ ...FOREIGN, ...KEPT }, () => {
    const environment = childEnvironment({ NODE_ENV: "test" });
    for (const name of Object.keys(FOREIGN)) {
      assert.equal(environment[name], name === "NODE_ENV" ? "test" : undefined);
    }
    for (const [name, value] of Object.entries(KEPT)) assert.equal(environment[name], value);
    assert.ok(!("JUPYTER_PATH" in jupyterEnvironment()));
    assert.equal(jupyterEnvironment({ A: "b" })["A"], "b");
    return Promise.resolve();
  });
});

Deno.test({
  name: "the environment's Python runs whatever PYTHONHOME and PYTHONPATH say",
  ignore: !existsSync(JUPYTER_PYTHON),
  fn: async () => {
    const folder = mkdtempSync(join(tmpdir(), "weightshare-python-"));
    mkdirSync(join(folder, "papermill"));
    writeFileSync(join(folder, "papermill", "__init__.py"), "raise RuntimeError('the wrong papermill')");
    await withVariables({ PYTHONPATH: folder, PYTHONHOME: folder }, async () => {
      const ended = await runChild(JUPYTER_PYTHON, ["-c", "import papermill; print(papermill.__version__)"]);
      assert.equal(ended.status, 0, ended.tail);
    });
    rmSync(folder, { recursive: true });
  },
});

Deno.test("every task that sets up names its own parts, data those that test, and the fixes need none but npm", () => {
  const { tasks } = JSON.parse(readFileSync(join(ROOT, "deno.json"), "utf8")) as {
    tasks: Record<string, { command: string }>;
  };
  const ids = allSteps().map(({ id }) => id);
  for (const [index, { needs }] of allSteps().entries()) {
    for (const need of needs) assert.ok(ids.slice(0, index).includes(need), need);
  }
  for (const [name, { command }] of Object.entries(tasks)) {
    const [, wanted] = /setup\/setup\.ts(?: --for (\S+))? &&/.exec(command) ?? [];
    if (wanted === undefined) continue;
    assert.equal(wanted, name);
    for (const id of partsFor(wanted)) assert.ok(ids.includes(id), `${name}: ${id}`);
    assert.equal(partsFor(wanted).includes("data"), ["smoke", "campaign"].includes(name), name);
  }
  assert.deepEqual(partsFor("data"), ["npm"]);
  for (const fix of ["setup", "doctor"]) assert.doesNotMatch(tasks[fix]?.command ?? "", /&&/);
  assert.throws(() => partsFor("constructor"), /^UsageError: .*no task; use one of reproduce, /);
});

Deno.test("an old Deno, or Node, is told which Deno to use", async () => {
  const { deno } = process.versions;
  assert.deepEqual(await findDeno(), { command: "deno", version: deno });
  for (const [version, found] of [["2.2.0", "this is 2.2.0"], ["", "this is Node v"]] as const) {
    assert.throws(() => findDeno(version), (error: Error) => {
      assert.match(error.message, /^Looking for Deno >= 2\.9: .*npx -y deno@2\.9\.6 task setup"\.$/);
      return error.message.includes(found);
    });
  }
});

Deno.test("an old Deno has to understand no more than what tells it so", () => {
  for (const program of ["setup/setup.ts", "setup/doctor.ts"]) {
    assert.deepEqual(importedAtOnce(program), [
      ...["lib/errors.ts", "lib/jupyter_kernel.ts", "setup/at_least.ts", "setup/deno_version.ts", program],
    ]);
  }
});

/** The files of the project that are parsed before a program begins. */
function importedAtOnce(program: string): string[] {
  const { roots, imports } = moduleGraph(join(ROOT, program));
  const found = new Set(roots);
  for (const file of found) {
    for (const next of imports.get(file) ?? []) if (next.startsWith("file:")) found.add(next);
  }
  return [...found].map((file) => relative(ROOT, fileURLToPath(file))).sort();
}

Deno.test("a checkout by a git that turns line ends keeps those of scripts and of what is hashed", () => {
  const folder = mkdtempSync(join(tmpdir(), "weightshare-autocrlf-"));
  try {
    const files = [
      ".gitattributes",
      ".ci/run",
      "setup/requirements.txt",
      "package-lock.json",
      "data/manifest.json",
    ];
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "core.autocrlf=true", "-C", folder, ...args]);
    git("init", "-q");
    for (const file of files) {
      mkdirSync(join(folder, file, ".."), { recursive: true });
      writeFileSync(join(folder, file), readFileSync(join(ROOT, file)));
    }
    git("add", ".");
    for (const file of files) rmSync(join(folder, file));
    git("checkout", "-q", "--", ".");
    for (const file of files) assert.ok(!readFileSync(join(folder, file)).includes("\r\n"), file);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

Deno.test("set-up for a task that is none is wrong usage", () => {
  const said = spawnSync(process.execPath, ["run", "-A", join(ROOT, "setup/setup.ts"), "--for", "nothing"], {
    encoding: "utf8",
  });
  assert.equal(said.status, 2);
  assert.match(said.stderr, /^error: Setting up for "nothing": it is no task; use one of/);
});
