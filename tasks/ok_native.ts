/** Tests the native kernels outside TensorFlow under AddressSanitizer and UndefinedBehaviorSanitizer. */
import { join } from "node:path";
import { ROOT } from "../lib/paths.ts";
import { widestVectors } from "../lib/processor.ts";
import { mustRun } from "../setup/child.ts";
import { findCompiler } from "../setup/machine.ts";
import { compileUnits, link, unitsOf } from "../setup/native_build.ts";
import { defineTask, runTask } from "./task.ts";

const FOLDER = "vendor/native/test";
const SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];

/** How kernels are compiled that this processor cannot run, so that the program is whole: as fast as can be. */
const UNUSED = ["-O0"];

/** The kernels and what they run on, without TensorFlow and Node. */
function belongs(source: string): boolean {
  return /^native\/(kernels|runtime|test)\//.test(source);
}

/** `deno task ok:native`. */
export const okNativeTask = defineTask({
  name: "ok:native",
  description: "Tests the native kernels under AddressSanitizer and UndefinedBehaviorSanitizer.",
  plan: () => ({}),
  act: testKernels,
});

async function testKernels(): Promise<void> {
  const compiler = await findCompiler();
  const unused = widestVectors() === "avx512" ? undefined : "avx512";
  const flags = ["-O1", "-g1", ...SANITIZERS];
  const units = unitsOf(ROOT, belongs, flags, (set) => set === unused ? UNUSED : flags);
  await compileUnits(
    ROOT,
    compiler,
    `${FOLDER}/objects`,
    units,
    (progress) => console.log(`compiling ${progress}`),
  );
  await link(ROOT, compiler.command, `${FOLDER}/objects`, units, `${FOLDER}/kernels`, SANITIZERS);
  const fix = "fix the kernel that the report above names";
  const { stdout } = await mustRun("Testing the native kernels", fix, join(ROOT, FOLDER, "kernels"), []);
  console.log(stdout.trimEnd());
}

if (import.meta.main) await runTask(okNativeTask);
