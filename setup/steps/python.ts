import { join } from "node:path";
import { fields, parseJson, text } from "../../lib/json.ts";
import { hashFiles, stampNotes } from "../../lib/stamp.ts";
import { mustRun } from "../child.ts";
import { SETUP_COMMAND } from "../deno_version.ts";
import { findPython } from "../machine.ts";
import {
  environmentProblem,
  installPackages,
  makeEnvironment,
  packagesProblem,
  packagesStamp,
  pip,
  type PythonEnvironment,
  stampOf,
} from "../python_environment.ts";
import type { Step } from "../step.ts";

const LOCKED = ["setup/requirements.txt", "setup/papermill/pyproject.toml"];

/** The project's environment. */
export function venv(root: string): PythonEnvironment {
  return {
    root,
    folder: "venv",
    inputs: () => ({
      "setup/requirements.txt": hashFiles(root, LOCKED),
      "the folder of the checkout": root,
    }),
    again: `run "${SETUP_COMMAND}" again`,
  };
}

/** The Python of the environment. */
export function venvPython(root: string): string {
  return join(root, "venv", "bin", "python");
}

/** The virtual environment, still empty. */
export function venvStep(root: string): Step {
  const environment = venv(root);
  return {
    id: "venv",
    title: "Python environment",
    needs: [],
    problem: () => Promise.resolve(environmentProblem(environment)),
    require: async () => void await findPython(),
    run: async () => await makeEnvironment(environment, await findPython()),
    detail: () => `Python ${stampNotes(stampOf(environment).path)["python"]}`,
  };
}

/** papermill, nbclient, JupyterLab, Deno for the kernel, and our papermill plug-in; every download's hash is locked. */
export function pythonStep(root: string): Step {
  const environment = venv(root);
  const doing = "Installing the Python packages";
  // The lock is whole: without --no-deps pip asks for the newest of what is required with an extra, and refuses it as not pinned.
  const locked = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", "setup/requirements.txt"];
  const own = ["--no-deps", "--no-index", "--no-build-isolation", "--editable", "setup/papermill"];
  return {
    id: "python",
    title: "Python packages (papermill, JupyterLab)",
    needs: ["venv"],
    problem: () => Promise.resolve(packagesProblem(environment)),
    async run() {
      await installPackages(environment, async () => {
        await pip(environment, doing, ["install", ...locked]);
        await pip(environment, doing, ["install", ...own]);
        return await versions(root);
      });
    },
    detail() {
      const notes = stampNotes(packagesStamp(environment).path);
      return Object.entries(notes).map(([name, version]) => `${name} ${version}`).join(", ");
    },
  };
}

const VERSIONS = `
import importlib.metadata as m, json
print(json.dumps({n: m.version(n) for n in ("papermill", "nbclient", "jupyterlab", "deno", "weightshare-papermill")}))`;

const FOUND = fields({ papermill: text, nbclient: text, jupyterlab: text, deno: text });

async function versions(root: string): Promise<Record<string, string>> {
  const doing = "Asking the Python environment for its packages";
  const fix = `delete the folder venv and run "${SETUP_COMMAND}" again`;
  const { stdout } = await mustRun(doing, fix, venvPython(root), ["-c", VERSIONS]);
  return FOUND(parseJson(new TextEncoder().encode(stdout)));
}
