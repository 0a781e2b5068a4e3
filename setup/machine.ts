import { setting } from "../lib/environment.ts";
import { FailureError } from "../lib/errors.ts";
import { atLeast } from "./at_least.ts";
import { runChild } from "./child.ts";
import { SETUP_COMMAND } from "./deno_version.ts";

/** A program of the machine that the set-up calls. */
export interface Tool {
  command: string;
  version: string;
}

/** Node >= 20.19, or one sentence that says what to install. */
export async function findNode(): Promise<Tool> {
  const said = (await runChild("node", ["--version"])).stdout.trim();
  const version = /^v(\d+\.\d+\.\d+)$/.exec(said)?.[1] ?? ""; // without a Node, Deno answers in its place
  if (atLeast(version, [20, 19])) return { command: "node", version };
  const found = version === "" ? "none was found on the PATH" : `the PATH has ${version}`;
  throw new FailureError(
    `Looking for Node >= 20.19: ${found}; install a current one with its npm and run "${SETUP_COMMAND}" again.`,
  );
}

/** The npm that came with Node. */
export async function findNpm(): Promise<Tool> {
  const version = (await runChild("npm", ["--version"])).stdout.trim();
  if (version !== "") return { command: "npm", version };
  throw new FailureError(
    `Looking for npm: none was found on the PATH; install Node >= 20.19 with its npm and run "${SETUP_COMMAND}" again.`,
  );
}

/** flock, of util-linux or BusyBox, which locks runs and the set-up. */
export async function findFlock(): Promise<Tool> {
  const ended = await runChild("flock", ["--version"]);
  if (ended.status !== null) return { command: "flock", version: /[\d.]+/.exec(ended.stdout)?.[0] ?? "" };
  throw new FailureError(
    `Looking for flock: none was found on the PATH; install util-linux and run "${SETUP_COMMAND}" again.`,
  );
}

const PYTHONS = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];
const PYTHON_EXECUTABLE = "import sys, venv, ensurepip; print(sys.executable)";

/** A Python, and the program that it is: what lies on the PATH may be a script that only starts it. */
export interface Python extends Tool {
  executable: string;
}

/** Python >= 3.10 that can make virtual environments; $PYTHON names another one. */
export async function findPython(): Promise<Python> {
  const named = setting("PYTHON");
  const rejected: string[] = [];
  for (const command of named === undefined ? PYTHONS : [named]) {
    const version = (await runChild(command, ["-c", "import platform; print(platform.python_version())"]))
      .stdout.trim();
    if (version === "") continue;
    if (!atLeast(version, [3, 10])) {
      rejected.push(`${command} is ${version}`);
      continue;
    }
    const executable = (await runChild(command, ["-c", PYTHON_EXECUTABLE])).stdout.trim();
    if (executable !== "") return { command, version, executable };
    rejected.push(`${command} (${version}) lacks venv or ensurepip`);
  }
  const found = rejected.length > 0
    ? rejected.join(", ")
    : named === undefined
    ? "none was found on the PATH"
    : `PYTHON=${named} is no Python`;
  throw new FailureError(
    `Looking for Python >= 3.10 with venv: ${found}; install one (for example "apt-get install python3 python3-venv"), ` +
      `or name one with PYTHON=/path/to/python3, and run "${SETUP_COMMAND}" again.`,
  );
}

const COMPILERS = ["c++", "g++", "clang++"];

/** A C++ compiler; $CXX names another one. */
export async function findCompiler(): Promise<Tool> {
  const named = setting("CXX");
  for (const command of named === undefined ? COMPILERS : [named]) {
    const ended = await runChild(command, ["--version"]);
    if (ended.status === 0) return { command, version: ended.stdout.split("\n")[0] ?? "" };
  }
  const found = named === undefined
    ? `none of ${COMPILERS.join(", ")} is on the PATH`
    : `CXX=${named} does not run`;
  throw new FailureError(
    `Looking for a C++17 compiler: ${found}; install one (for example "apt-get install g++"), ` +
      `or name one with CXX=/path/to/c++, and run "${SETUP_COMMAND}" again.`,
  );
}
