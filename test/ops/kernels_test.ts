import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runKernel } from "../../lib/ops/kernels.ts";
import { ROOT } from "../../lib/paths.ts";

const LIBRARY = "vendor/native/weightshare.node";
const FIX = /run "npx -y deno@2\.9\.6 task setup", or set WEIGHTSHARE_KERNELS=reference to do without them/;

/** What a fresh process says about its kernels in a checkout with this library (none: missing), whatever was chosen for this one. */
function ask(library: Uint8Array | undefined, kernels = ""): { said: string; code: number | null } {
  const folder = mkdtempSync(join(tmpdir(), "kernels-"));
  try {
    cpSync(join(ROOT, "lib"), join(folder, "lib"), {
      recursive: true,
      filter: (path) => !path.includes("dist"),
    });
    for (const entry of ["deno.json", "package.json"]) cpSync(join(ROOT, entry), join(folder, entry));
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    mkdirSync(join(folder, "vendor/native"), { recursive: true });
    if (library !== undefined) writeFileSync(join(folder, LIBRARY), library);
    writeFileSync(
      join(folder, "ask.ts"),
      `import { kernelsInUse } from "./lib/ops/kernels.ts";
      try { console.log(kernelsInUse()); } catch (error) { console.log(error.message); process.exit(error.exitCode); }`,
    );
    const env = { ...process.env, WEIGHTSHARE_KERNELS: kernels };
    const { stdout, status } = spawnSync(Deno.execPath(), ["run", "-A", "ask.ts"], { cwd: folder, env });
    return { said: stdout.toString().trim(), code: status };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const whole = () => readFileSync(join(ROOT, LIBRARY));

/** The library with one text replaced by another of the same length. */
function patched(from: string, to: string): Uint8Array {
  const text = whole().toString("latin1");
  assert.ok(text.includes(from) && from.length === to.length);
  return Buffer.from(text.replaceAll(from, to), "latin1");
}

Deno.test("the kernels in use are named, and the reference needs no library", () => {
  assert.match(ask(whole()).said, /^native (avx512|avx2|portable)$/);
  assert.deepEqual(ask(whole(), "portable"), { said: "native portable", code: 0 });
  assert.deepEqual(ask(undefined, "reference"), { said: "reference", code: 0 });
});

Deno.test("a library that is missing, damaged or for another TensorFlow, and an unknown choice, end in one sentence", () => {
  const cases: [ReturnType<typeof ask>, number, RegExp, RegExp][] = [
    [ask(undefined), 1, /^Loading the native kernels: vendor\/native\/weightshare\.node is missing; /, FIX],
    [
      ask(new TextEncoder().encode("no library")),
      1,
      /^Loading the native kernels \(.*\): .*(ELF|too short)/,
      FIX,
    ],
    [
      ask(patched("2.21.0", "2.20.1")),
      1,
      /they are built for TensorFlow 2\.20\.1, but 2\.21\.0 is loaded; /,
      FIX,
    ],
    [
      ask(patched("TF_GetInput", "TF_GotInput")),
      1,
      /the loaded TensorFlow has no function TF_GotInput; /,
      FIX,
    ],
    [
      ask(whole(), "sse9"),
      2,
      /^Reading the environment: WEIGHTSHARE_KERNELS is "sse9", but must be one of native, /,
      /\.$/,
    ],
  ];
  for (const [{ said, code }, expected, message, fix] of cases) {
    assert.match(said, message);
    assert.match(said, fix);
    assert.equal(said.split("\n").length, 1);
    assert.equal(code, expected);
  }
});

Deno.test("an operation that the library does not have is a library older than the code", () => {
  assert.throws(
    () => runKernel("Telepathy", [], 1),
    /Calling the native kernel Telepathy: .* is older than the code; /,
  );
});
