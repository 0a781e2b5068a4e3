import { join } from "node:path";
import {
  dropStamp,
  hashFiles,
  removeDamaged,
  stampNotes,
  stampProblem,
  writeStamp,
} from "../../lib/stamp.ts";
import { lockedVersion } from "../lock_file.ts";
import { findCompiler } from "../machine.ts";
import { compileUnits, link, nativeSources, SOURCES, unitsOf } from "../native_build.ts";
import type { Step } from "../step.ts";
import { TENSORFLOW_VERSION } from "./tensorflow.ts";

const HOME = "vendor/native";
const LIBRARY = `${HOME}/weightshare.node`;

/** Our C++ kernels, one library with code for every instruction set. */
export function nativeStep(root: string): Step {
  const stamp = { root, path: join(root, HOME, ".stamp.json") };
  const inputs = () => ({
    "a file of native": hashFiles(root, [...nativeSources(root), "setup/native_build.ts"]),
    "the TensorFlow version": TENSORFLOW_VERSION,
    "node-api-headers": lockedVersion(root, "node_modules/node-api-headers"),
  });
  return {
    id: "native",
    title: "Native kernels",
    needs: ["npm"],
    problem: () => Promise.resolve(stampProblem(stamp, inputs())),
    async require() {
      await findCompiler();
    },
    async run(report) {
      const made = inputs();
      const compiler = await findCompiler();
      const flags = [
        ...["-O3", "-Inode_modules/node-api-headers/include"],
        `-DWEIGHTSHARE_TENSORFLOW_VERSION="${TENSORFLOW_VERSION}"`,
      ];
      const units = unitsOf(root, (source) => !source.startsWith(`${SOURCES}/test/`), flags);
      removeDamaged(stamp);
      await compileUnits(root, compiler, `${HOME}/objects`, units, report);
      dropStamp(stamp.path);
      await link(root, compiler.command, `${HOME}/objects`, units, LIBRARY, ["-shared"]);
      const objects = units.map(({ object }) => `${HOME}/objects/${object}`);
      writeStamp(stamp, made, [LIBRARY, ...objects], { compiler: compiler.version });
    },
    detail: () => `compiled by ${stampNotes(stamp.path)["compiler"]}`,
  };
}
