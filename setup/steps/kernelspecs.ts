import { join } from "node:path";
import { createHash } from "node:crypto";
import { writeWhole } from "../../lib/files.ts";
import { dropStamp, stampProblem, writeStamp } from "../../lib/stamp.ts";
import { lockedVersion } from "../lock_file.ts";
import type { Step } from "../step.ts";

const ENVIRONMENT = { NO_COLOR: "1", TF_CPP_MIN_LOG_LEVEL: "2" };
const VENV = "{resource_dir}/../../../..";
const PYTHON = `${VENV}/bin/python`;
const PROCESSES = `${VENV}/../setup/processes`;

/** What Jupyter starts in the place of a kernel: the relay, which ends with Jupyter, and the kernel with it. */
function relayed(...kernel: string[]): string[] {
  const bound = [PYTHON, "-I", "-S", `${PROCESSES}/end_with_parent.py`, "0"];
  return [...bound, PYTHON, "-I", `${PROCESSES}/relay.py`, "{connection_file}", ...kernel];
}

const TSLAB = ["--require", `${PROCESSES}/queued_sends.cjs`, `${VENV}/../node_modules/tslab/bin/tslab`];

/** Interrupts come as signals: the library's handler lets a running cell end by itself. */
const KERNELS = {
  "weightshare-deno": {
    argv: relayed(`${VENV}/bin/deno`, "jupyter", "--kernel", "--conn"),
    display_name: "Deno (weightshare)",
    language: "typescript",
    interrupt_mode: "signal",
    env: ENVIRONMENT,
  },
  "weightshare-tslab": {
    argv: relayed("node", ...TSLAB, "kernel", "--config-path"),
    display_name: "tslab (weightshare)",
    language: "typescript",
    interrupt_mode: "signal",
    env: ENVIRONMENT,
  },
};

/** The names of the project's kernels. */
export const KERNEL_NAMES: readonly string[] = Object.keys(KERNELS);

const NO_NEWS = { fetchNews: "false", checkForUpdates: false };

const FILES: Record<string, unknown> = {
  ...Object.fromEntries(
    Object.entries(KERNELS).map(([name, spec]) => [`venv/share/jupyter/kernels/${name}/kernel.json`, spec]),
  ),
  "venv/share/jupyter/lab/settings/overrides.json": {
    "@jupyterlab/apputils-extension:notification": NO_NEWS,
  },
  "venv/etc/jupyter/labconfig/page_config.json": {
    disabledExtensions: { "@jupyterlab/apputils-extension:announcements": true },
  },
  // JupyterLab's own CommonJS scripts lie below the checkout's package.json, which says "module".
  "venv/package.json": { private: true, type: "commonjs" },
};

/** The kernelspecs of Deno and tslab, and JupyterLab's settings: inside venv, nothing in the user's home. */
export function kernelspecsStep(root: string): Step {
  const stamp = { root, path: join(root, "venv", ".kernels.json") };
  const inputs = {
    "setup/steps/kernelspecs.ts": createHash("sha256").update(JSON.stringify(FILES)).digest("hex"),
  };
  return {
    id: "kernels",
    title: "Notebook kernels",
    needs: ["npm", "python"],
    problem: () => Promise.resolve(stampProblem(stamp, inputs)),
    run() {
      dropStamp(stamp.path);
      for (const [file, content] of Object.entries(FILES)) {
        writeWhole(join(root, file), JSON.stringify(content, null, 2) + "\n");
      }
      // JupyterLab rewrites its own settings, so their sizes say nothing.
      writeStamp(stamp, inputs, Object.keys(FILES).filter((file) => !/labconfig|settings/.test(file)));
      return Promise.resolve();
    },
    detail: () => `${KERNEL_NAMES.join(", ")} (tslab ${lockedVersion(root, "node_modules/tslab")})`,
  };
}
