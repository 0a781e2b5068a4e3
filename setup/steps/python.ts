import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { mustRun } from "../child.ts";
import { findPython, SETUP_COMMAND } from "../machine.ts";
import { hashFiles, stampNotes, stampProblem, writeStamp } from "../stamp.ts";
import type { Step } from "../step.ts";

const LOCKED = ["setup/requirements.txt", "setup/papermill/pyproject.toml"];

/** The Python of the environment. */
export function venvPython(root: string): string {
  return join(root, "venv", "bin", "python");
}

function inputs(root: string): Record<string, string> {
  return { "setup/requirements.txt": hashFiles(root, LOCKED), "the folder of the checkout": root };
}

/** The virtual environment, still empty. It cannot be moved, so that it is made in place and anew when in doubt. */
export function venvStep(root: string): Step {
  const stamp = { root, path: join(root, "venv", ".stamp.json") };
  return {
    id: "venv",
    title: "Python environment",
    needs: [],
    problem() {
      if (existsSync(stamp.path) && !existsSync(venvPython(root))) {
        return Promise.resolve("the Python that venv was made with is gone");
      }
      return Promise.resolve(stampProblem(stamp, inputs(root)));
    },
    require: async () => void await findPython(),
    async run() {
      const made = inputs(root);
      const python = await findPython();
      rmSync(join(root, "venv"), { recursive: true, force: true });
      await mustRun(
        "Making the Python environment venv",
        `check the free disk space, and run "${SETUP_COMMAND}" again`,
        python.command,
        ["-m", "venv", "venv"],
        { cwd: root },
      );
      writeStamp(stamp, made, ["venv/pyvenv.cfg"], { python: python.version });
    },
    detail: () => `Python ${stampNotes(stamp.path)["python"]}`,
  };
}

const KEY_FILES = ["venv/bin/papermill", "venv/bin/deno", "venv/bin/jupyter-lab"];

/** papermill, nbclient, JupyterLab, Deno for the kernel, and our papermill plug-in; every download's hash is locked. */
export function pythonStep(root: string): Step {
  const stamp = { root, path: join(root, "venv", ".packages.json") };
  const pip = (...args: string[]) =>
    mustRun(
      "Installing the Python packages",
      `a download may have been damaged or cut off: check the network, and run "${SETUP_COMMAND}" again`,
      venvPython(root),
      [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar",
        "off",
        ...args,
      ],
      { cwd: root },
    );
  return {
    id: "python",
    title: "Python packages (papermill, JupyterLab)",
    needs: ["venv"],
    problem: () => Promise.resolve(stampProblem(stamp, inputs(root))),
    async run() {
      const made = inputs(root);
      await pip("--require-hashes", "--only-binary", ":all:", "-r", "setup/requirements.txt");
      await pip("--no-deps", "--no-index", "--no-build-isolation", "--editable", "setup/papermill");
      writeStamp(stamp, made, KEY_FILES, await versions(root));
    },
    detail() {
      return Object.entries(stampNotes(stamp.path)).map(([name, version]) => `${name} ${version}`).join(", ");
    },
  };
}

const VERSIONS = `
import importlib.metadata as m, json
print(json.dumps({n: m.version(n) for n in ("papermill", "nbclient", "jupyterlab", "deno", "weightshare-papermill")}))`;

async function versions(root: string): Promise<Record<string, string>> {
  const doing = "Asking the Python environment for its packages";
  const fix = `delete the folder venv and run "${SETUP_COMMAND}" again`;
  return JSON.parse((await mustRun(doing, fix, venvPython(root), ["-c", VERSIONS])).stdout);
}
