/** Tests the native kernels outside TensorFlow under AddressSanitizer and UndefinedBehaviorSanitizer. */
import { join } from "node:path";
import { ROOT } from "../lib/paths.ts";
import { mustRun } from "../setup/child.ts";
import { findCompiler } from "../setup/machine.ts";
import { compileUnits, link, unitsOf } from "../setup/native_build.ts";
import { run } from "./main.ts";

const FOLDER = "vendor/native/test";
const SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];

/** The kernels and what they run on, without TensorFlow and Node. */
function belongs(source: string): boolean {
  return /^native\/(kernels|runtime|test)\//.test(source);
}

await run(async () => {
  const { command } = await findCompiler();
  const units = unitsOf(ROOT, belongs, ["-O1", "-g", ...SANITIZERS]);
  await compileUnits(
    ROOT,
    command,
    `${FOLDER}/objects`,
    units,
    (progress) => console.log(`compiling ${progress}`),
  );
  await link(ROOT, command, `${FOLDER}/objects`, units, `${FOLDER}/kernels`, SANITIZERS);
  const fix = "mend the kernel that the report above names";
  const { stdout } = await mustRun("Testing the native kernels", fix, join(ROOT, FOLDER, "kernels"), []);
  console.log(stdout.trimEnd());
});
