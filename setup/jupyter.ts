import { mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "../lib/paths.ts";
import { childEnvironment } from "./environment.ts";
import { venvPython } from "./steps/python.ts";

/** The Python that has papermill and JupyterLab. */
export const JUPYTER_PYTHON: string = venvPython(ROOT);

/**
 * The whole environment of a child that runs Jupyter, with `own`. Its settings, history and trust database stay in the
 * checkout: nothing is written to the user's home.
 */
export function jupyterEnvironment(own: Record<string, string> = {}): Record<string, string> {
  const home = join(ROOT, "vendor", "jupyter");
  mkdirSync(home, { recursive: true });
  return childEnvironment({
    JUPYTER_CONFIG_DIR: join(home, "config"),
    JUPYTER_DATA_DIR: join(home, "data"),
    JUPYTER_RUNTIME_DIR: join(home, "runtime"),
    JUPYTERLAB_WORKSPACES_DIR: join(home, "workspaces"),
    JUPYTERLAB_SETTINGS_DIR: join(home, "settings"),
    JUPYTER_PREFER_ENV_PATH: "1",
    IPYTHONDIR: join(home, "ipython"),
    PATH: `${join(ROOT, "venv", "bin")}:${process.env["PATH"] ?? ""}`,
    ...own,
  });
}
