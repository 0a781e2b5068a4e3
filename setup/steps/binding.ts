import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { mustRun } from "../child.ts";
import { lockedVersion } from "../lock_file.ts";
import { SETUP_COMMAND } from "../deno_version.ts";
import { findCompiler } from "../machine.ts";
import { dropStamp, hashFiles, stampNotes, stampProblem, writeStamp } from "../../lib/stamp.ts";
import type { Step } from "../step.ts";
import { wheelFor } from "./tensorflow.ts";

const HOME = "vendor/tensorflow";
/** What tfjs-node loads: it loads the real binding without TensorFlow's information lines. */
const BINDING = `${HOME}/tfjs_binding.node`;
const REAL_BINDING = `${HOME}/tfjs_binding_real.node`;
const QUIET_SOURCE = "setup/binding/quiet_binding.cc";
const TFJS = "node_modules/@tensorflow/tfjs-node";
const LINK = `${TFJS}/lib/napi-v8/tfjs_binding.node`;

/** tfjs-node's binding, compiled against the library and linked to where tfjs-node looks for it. */
export function bindingStep(root: string): Step {
  const stamp = { root, path: join(root, HOME, ".binding.json") };
  const inputs = () => ({
    "the TensorFlow library": wheelFor().sha256,
    "@tensorflow/tfjs-node": lockedVersion(root, TFJS),
    "node-api-headers": lockedVersion(root, "node_modules/node-api-headers"),
    [QUIET_SOURCE]: hashFiles(root, [QUIET_SOURCE]),
  });
  return {
    id: "binding",
    title: "TensorFlow binding for tfjs-node",
    needs: ["npm", "tensorflow"],
    problem() {
      const problem = stampProblem(stamp, inputs());
      return Promise.resolve(problem ?? (existsSync(join(root, LINK)) ? null : `${LINK} is missing`));
    },
    async require() {
      if (stampProblem(stamp, inputs()) !== null) await findCompiler();
    },
    async run() {
      if (stampProblem(stamp, inputs()) !== null) {
        dropStamp(stamp.path);
        const compiler = await findCompiler();
        await compile(root, compiler.command);
        writeStamp(stamp, inputs(), [BINDING, REAL_BINDING], { compiler: compiler.version });
      }
      link(root);
    },
    detail: () => `tfjs-node ${lockedVersion(root, TFJS)}, compiled by ${stampNotes(stamp.path)["compiler"]}`,
  };
}

async function compile(root: string, compiler: string): Promise<void> {
  const binding = [`${TFJS}/binding/tfjs_backend.cc`, `${TFJS}/binding/tfjs_binding.cc`];
  const libraries = ["-l:libtensorflow_cc.so.2", "-l:libtensorflow_framework.so.2"];
  await build(root, compiler, REAL_BINDING, [...binding, `-L${HOME}`, "-Wl,-rpath,$ORIGIN", ...libraries]);
  await build(root, compiler, BINDING, [QUIET_SOURCE, "-ldl"]);
}

/** Compiles to a temporary name, then renames: a binding is there whole or not at all. */
async function build(root: string, compiler: string, target: string, what: string[]): Promise<void> {
  const part = `${target}.part`;
  const folders = ["node_modules/node-api-headers/include", `${TFJS}/..`, TFJS, `${HOME}/include`];
  await mustRun(
    "Compiling the TensorFlow binding",
    `a compiler for C++17 is needed (name another one with CXX=/path/to/c++); then run "${SETUP_COMMAND}" again`,
    compiler,
    [
      ...["-O2", "-shared", "-fPIC", "-std=c++17", "-w", "-DNAPI_VERSION=8"],
      ...folders.map((folder) => `-I${folder}`),
      ...["-o", part, ...what],
    ],
    { cwd: root },
  );
  renameSync(join(root, part), join(root, target));
}

function link(root: string): void {
  const path = join(root, LINK);
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  symlinkSync(relative(dirname(path), join(root, BINDING)), path);
}
