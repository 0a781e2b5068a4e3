import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  dropStamp,
  filesBelow,
  madeProblem,
  type StampPlace,
  stampProblem,
  writeStamp,
} from "../lib/stamp.ts";
import { mustRun } from "./child.ts";
import type { Tool } from "./machine.ts";

/**
 * A virtual environment and the packages in it, each with a stamp. pip believes its own notes about what is there, so it
 * is never asked to fix: an environment whose packages are damaged, stale or half installed is made anew.
 */
export interface PythonEnvironment {
  root: string;
  /** Relative to the root. It cannot be moved, so that it is made where it stays. */
  folder: string;
  /** What the environment and its packages are made from. */
  inputs(): Record<string, string>;
  /** Closes the sentence of an error: "run ... again". */
  again: string;
}

/** The Python of an environment. */
export function pythonOf({ root, folder }: Pick<PythonEnvironment, "root" | "folder">): string {
  return join(root, folder, "bin", "python");
}

/** Why the environment must be made anew, or null. */
export function environmentProblem(environment: PythonEnvironment): string | null {
  const [own, packages, inputs] = [stampOf(environment), packagesStamp(environment), environment.inputs()];
  if (existsSync(own.path) && !existsSync(pythonOf(environment))) {
    return `the Python that ${environment.folder} was made with is gone`;
  }
  const begun = existsSync(packages.path);
  return stampProblem(own, inputs) ?? (begun ? stampProblem(packages, inputs) : null);
}

/** Why the packages must be installed, or null; damage of what is there is the environment's problem. */
export function packagesProblem(environment: PythonEnvironment): string | null {
  return madeProblem(packagesStamp(environment), environment.inputs());
}

/** Makes an empty environment in the place of whatever is there. */
export async function makeEnvironment(environment: PythonEnvironment, python: Tool): Promise<void> {
  const { root, folder } = environment;
  const made = environment.inputs();
  rmSync(join(root, folder), { recursive: true, force: true });
  await mustRun(
    `Making the Python environment ${folder}`,
    `check the free disk space, and ${environment.again}`,
    python.command,
    ["-m", "venv", folder],
    { cwd: root },
  );
  writeStamp(stampOf(environment), made, [`${folder}/pyvenv.cfg`], { python: python.version });
}

/** Runs `install`, which calls pip, and vouches for every file that is there afterwards; it returns versions. */
export async function installPackages(
  environment: PythonEnvironment,
  install: () => Promise<Record<string, string>>,
): Promise<void> {
  const { root, folder } = environment;
  const made = environment.inputs();
  const stamp = packagesStamp(environment);
  dropStamp(stamp.path);
  const notes = await install();
  const own = [stampOf(environment), stamp].map(({ path }) => path);
  const files = filesBelow(root, folder).filter((file) => !own.includes(join(root, file)));
  writeStamp(stamp, made, files, notes);
}

const PIP = ["--quiet", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"];

/** Calls pip of the environment: "install" with its arguments. */
export async function pip(
  environment: Pick<PythonEnvironment, "root" | "folder" | "again">,
  doing: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<void> {
  const [command = "", ...rest] = args;
  await mustRun(
    doing,
    `a download may have been damaged or cut off: check the network, and ${environment.again}`,
    pythonOf(environment),
    ["-m", "pip", command, ...PIP, ...rest],
    { cwd: environment.root, env: { PIP_USER: "0", ...env } },
  );
}

/** The stamp of the bare environment. */
export function stampOf({ root, folder }: PythonEnvironment): StampPlace {
  return { root, path: join(root, folder, ".stamp.json") };
}

/** The stamp of the packages. */
export function packagesStamp({ root, folder }: PythonEnvironment): StampPlace {
  return { root, path: join(root, folder, ".packages.json") };
}
