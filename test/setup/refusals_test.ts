import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "../../lib/paths.ts";
import { examineSteps, reportOf } from "../../setup/examine.ts";
import { npmStep } from "../../setup/steps/npm.ts";
import { tensorflowStep, verify, type Wheel, wheelFor } from "../../setup/steps/tensorflow.ts";

/** A checkout on which no set-up has run. */
function bareCheckout(): { root: string; [Symbol.dispose](): void } {
  const root = mkdtempSync(join(tmpdir(), "weightshare-bare-"));
  for (
    const file of [
      "deno.json",
      "package.json",
      "package-lock.json",
      "setup",
      "native",
      "tasks/main.ts",
      "data/manifest.json",
    ]
  ) {
    cpSync(join(ROOT, file), join(root, file), { recursive: true });
  }
  for (
    const file of [
      ...[
        "bound.ts",
        "environment.ts",
        "errors.ts",
        "files.ts",
        "jupyter_kernel.ts",
        "json.ts",
        "lock.ts",
        "loopback.ts",
        "paths.ts",
        "stamp.ts",
      ],
      ...["package.json", "tsconfig.json", "data"],
    ]
  ) {
    cpSync(join(ROOT, "lib", file), join(root, "lib", file), { recursive: true });
  }
  mkdirSync(join(root, "bin"));
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

function tool(root: string, name: string, script: string): void {
  writeFileSync(join(root, "bin", name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

interface Said {
  status: number | null;
  stdout: string;
  stderr: string;
}

function deno(root: string, script: string, env: Record<string, string> = {}): Said {
  const { CXX: _cxx, PYTHON: _python, ...rest } = process.env;
  return spawnSync(process.execPath, ["run", "-A", join(root, script)], {
    cwd: root,
    encoding: "utf8",
    env: { ...rest as Record<string, string>, NO_COLOR: "1", PATH: join(root, "bin"), ...env },
  });
}

function assertOneSentence(said: Said, pattern: RegExp): void {
  assert.equal(said.status, 1, said.stderr);
  assert.match(said.stderr, pattern);
  assert.equal(said.stderr.trim().split("\n").length, 1, said.stderr);
}

Deno.test("set-up without Node, Python or a compiler says which one is missing and how to get it", () => {
  using place = bareCheckout();
  assertOneSentence(
    deno(place.root, "setup/setup.ts"),
    /^error: Looking for Node >= 20\.19: none was found .* install/,
  );
  tool(place.root, "node", "echo v18.20.0");
  assertOneSentence(
    deno(place.root, "setup/setup.ts"),
    /^error: Looking for Node >= 20\.19: the PATH has 18\.20\.0; install/,
  );
  tool(place.root, "node", "echo v22.0.0");
  tool(place.root, "npm", "echo 11.0.0");
  assertOneSentence(
    deno(place.root, "setup/setup.ts"),
    /^error: Looking for Python >= 3\.10 .*apt-get install python3/,
  );
  tool(place.root, "python3", "echo 3.9.2");
  assertOneSentence(
    deno(place.root, "setup/setup.ts"),
    /^error: Looking for Python >= 3\.10 .*python3 is 3\.9\.2/,
  );
  tool(place.root, "python3", 'case "$2" in *ensurepip*) exit 1;; *) echo 3.12.1;; esac');
  assertOneSentence(deno(place.root, "setup/setup.ts"), /python3 \(3\.12\.1\) lacks venv or ensurepip/);
  tool(place.root, "python3", "echo 3.12.1");
  assertOneSentence(
    deno(place.root, "setup/setup.ts"),
    /^error: Looking for a C\+\+17 compiler: .*apt-get install g\+\+/,
  );
  assertOneSentence(
    deno(place.root, "setup/setup.ts", { CXX: "no-such-c++" }),
    /CXX=no-such-c\+\+ does not run/,
  );
  assert.equal(existsSync(join(place.root, "node_modules")), false);
  assert.equal(existsSync(join(place.root, "venv")), false);
});

Deno.test("set-up refuses arguments with exit code 2", () => {
  const said = spawnSync(process.execPath, ["run", "-A", join(ROOT, "setup/setup.ts"), "--all"], {
    encoding: "utf8",
  });
  assert.equal(said.status, 2);
  assert.match(said.stderr, /^error: .*unknown option '--all'; see deno task setup --help/);
});

Deno.test("the doctor works where nothing is installed, and names each missing part with its fix", () => {
  using place = bareCheckout();
  const said = deno(place.root, "setup/doctor.ts", { WEIGHTSHARE_DATA: join(place.root, "nowhere") });
  assert.equal(said.status, 1, said.stderr);
  assert.equal(said.stderr, "");
  const missing = said.stdout.split("\n").filter((line) => line.startsWith("MISSING"));
  assert.equal(missing.length, 15, said.stdout);
  for (const line of missing) assert.match(line, /run "npx -y deno@2\.9\.6 task setup"|; install/);
  assert.doesNotMatch(said.stdout, / {4}at /);
});

Deno.test("the doctor tells the missing part from the present one", async () => {
  const present = { ...npmStep(ROOT), problem: () => Promise.resolve(null), detail: () => "7 packages" };
  const absent = { ...npmStep(ROOT), title: "library", problem: () => Promise.resolve("libx.so is missing") };
  assert.equal(
    reportOf(await examineSteps([present, absent])),
    "ok       npm packages  7 packages\n" +
      'MISSING  library       libx.so is missing; run "npx -y deno@2.9.6 task setup"',
  );
});

const WHEEL: Wheel = { ...wheelFor("linux", "x64"), sha256: "0".repeat(64) };

Deno.test("a damaged wheel is refused with both sums", async () => {
  using place = bareCheckout();
  const file = join(place.root, "damaged.whl");
  writeFileSync(file, "half a wheel");
  await assert.rejects(
    verify(file, WHEEL, "do this"),
    /damaged\.whl \(12 bytes\): its SHA-256 is [0-9a-f]{64} instead of 0{64}.*do this/,
  );
});

Deno.test("pip's refusal of a damaged download leaves nothing behind that could be believed", async () => {
  using place = bareCheckout();
  mkdirSync(join(place.root, "venv/bin"), { recursive: true });
  symlinkSync("/bin/false", join(place.root, "venv/bin/python"));
  const step = tensorflowStep(place.root, () => WHEEL);
  await assert.rejects(
    step.run(() => {}),
    /Downloading tensorflow-cpu 2\.21\.0: .* may have been damaged or cut off/,
  );
  rmSync(join(place.root, "venv/bin/python"));
  tool(place.root, "brings-rubbish", `for last; do :; done; echo rubbish > "$last/x.whl"`);
  symlinkSync(join(place.root, "bin/brings-rubbish"), join(place.root, "venv/bin/python"));
  await assert.rejects(step.run(() => {}), /Verifying .*x\.whl \(8 bytes\): its SHA-256 is .* instead of/);
  assert.notEqual(await step.problem(), null);
  assert.equal(existsSync(join(place.root, "vendor/.wheel")), false);
});

Deno.test("platforms without a TensorFlow wheel are told so", () => {
  assert.equal(wheelFor("linux", "arm64").project, "tensorflow");
  assert.throws(
    () => wheelFor("darwin", "arm64"),
    /^FailureError: Choosing a TensorFlow library for darwin on arm64: there is none; use Linux/,
  );
});
