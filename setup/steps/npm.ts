import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mustRun } from "../child.ts";
import { findNode, findNpm, SETUP_COMMAND } from "../machine.ts";
import { hashFiles, stampNotes, stampProblem, writeStamp } from "../stamp.ts";
import type { Step } from "../step.ts";

const LOCKED = ["package-lock.json", "package.json", "lib/package.json"];
const KEY_FILES = [
  "node_modules/@tensorflow/tfjs-node/binding/tfjs_backend.cc",
  "node_modules/@tensorflow/tfjs-core/package.json",
  "node_modules/node-api-headers/include/node_api.h",
  "node_modules/plotly.js-dist-min/plotly.min.js",
  "node_modules/tslab/bin/tslab",
  "node_modules/typescript/bin/tsc",
  "node_modules/weightshare/package.json",
];

/** node_modules, exactly as package-lock.json says. No package's own install script runs. */
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
      const [node, npm] = [await findNode(), await findNpm()];
      await mustRun(
        "Installing the npm packages",
        `check the network and the free disk space, and run "${SETUP_COMMAND}" again`,
        npm.command,
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"],
        { cwd: root },
      );
      const count =
        Object.keys(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages).length - 1;
      writeStamp(stamp, made, KEY_FILES, { packages: String(count), node: node.version, npm: npm.version });
    },
    detail() {
      const notes = stampNotes(stamp.path);
      return `${notes["packages"]} packages, installed by npm ${notes["npm"]} under Node ${notes["node"]}`;
    },
  };
}
