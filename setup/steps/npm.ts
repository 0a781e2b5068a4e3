import { rmSync } from "node:fs";
import { join } from "node:path";
import { filesBelow, hashFiles, stampNotes, stampProblem, writeStamp } from "../../lib/stamp.ts";
import { mustRun } from "../child.ts";
import { lockedPackages } from "../lock_file.ts";
import { SETUP_COMMAND } from "../deno_version.ts";
import { findNode, findNpm } from "../machine.ts";
import type { Step } from "../step.ts";

const LOCKED = ["package-lock.json", "package.json", "lib/package.json"];
/** Without these, what npm installed is not what was asked for. */
const KEY_FILES = [
  "node_modules/@tensorflow/tfjs-node/binding/tfjs_backend.cc",
  "node_modules/@tensorflow/tfjs-core/package.json",
  "node_modules/node-api-headers/include/node_api.h",
  "node_modules/plotly.js-dist-min/plotly.min.js",
  "node_modules/tslab/bin/tslab",
  "node_modules/typescript/bin/tsc",
  "node_modules/weightshare/package.json",
];

/** node_modules, exactly as package-lock.json says, always made anew. No package's own install script runs. */
export function npmStep(root: string): Step {
  const stamp = { root, path: join(root, "node_modules", ".weightshare-stamp.json") };
  const inputs = () => ({ "package-lock.json or a package.json": hashFiles(root, LOCKED) });
  return {
    id: "npm",
    title: "npm packages",
    needs: [],
    problem: () => Promise.resolve(stampProblem(stamp, inputs())),
    async require() {
      await findNode();
      await findNpm();
    },
    async run() {
      const made = inputs();
      const packages = String(Object.keys(lockedPackages(root)).length - 1);
      const [node, npm] = [await findNode(), await findNpm()];
      rmSync(join(root, "node_modules"), { recursive: true, force: true });
      await mustRun(
        "Installing the npm packages",
        `check the network and the free disk space, and run "${SETUP_COMMAND}" again`,
        npm.command,
        ["ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"],
        { cwd: root },
      );
      const files = [...KEY_FILES, ...filesBelow(root, "node_modules")];
      writeStamp(stamp, made, files, { packages, node: node.version, npm: npm.version });
    },
    detail() {
      const notes = stampNotes(stamp.path);
      return `${notes["packages"]} packages, installed by npm ${notes["npm"]} under Node ${notes["node"]}`;
    },
  };
}
