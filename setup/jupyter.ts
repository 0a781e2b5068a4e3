import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../lib/paths.ts";
import { venvPython } from "./steps/python.ts";

/** The Python that has papermill and JupyterLab. */
export const JUPYTER_PYTHON: string = venvPython(ROOT);

/**
 * Jupyter's settings, history and trust database stay in the checkout: nothing is written to the user's home. Connections
 * and addresses of what runs now go to `runtime`.
 */
export function jupyterEnvironment(runtime?: string): Record<string, string> {
  const home = join(ROOT, "vendor", "jupyter");
  mkdirSync(home, { recursive: true });
  return {
    JUPYTER_CONFIG_DIR: join(home, "config"),
    JUPYTER_DATA_DIR: join(home, "data"),
    JUPYTER_RUNTIME_DIR: runtime ?? join(home, "runtime"),
    JUPYTERLAB_WORKSPACES_DIR: join(home, "workspaces"),
    JUPYTERLAB_SETTINGS_DIR: join(home, "settings"),
    JUPYTER_PREFER_ENV_PATH: "1",
    IPYTHONDIR: join(home, "ipython"),
    PATH: `${join(ROOT, "venv", "bin")}:${process.env["PATH"] ?? ""}`,
  };
}
