import { join } from "node:path";
import { FailureError } from "../../lib/errors.ts";
import { fields, parseJson, text } from "../../lib/json.ts";
import { ROOT } from "../../lib/paths.ts";
import { hashFiles, stampNotes } from "../../lib/stamp.ts";
import { mustRun } from "../../setup/child.ts";
import { findCompiler, findPython } from "../../setup/machine.ts";
import { terminalReporter } from "../../setup/reporter.ts";
import {
  environmentProblem,
  installPackages,
  makeEnvironment,
  packagesProblem,
  packagesStamp,
  pip,
  type PythonEnvironment,
  stampOf,
} from "../../setup/python_environment.ts";
import { runSteps, type Step } from "../../setup/step.ts";

const FOLDER = join("vendor", "peers");
const PYTHON = join(FOLDER, "bin", "python");
const REQUIREMENTS = "bench/peers/requirements.txt";
const STAND_INS = "bench/peers/cuda_stand_ins.py";
const PACKAGES = "PyTorch, SpikingJelly and frameworks that read NIR";
const AGAIN = "run the same command again";

/** The Python that has the peers. */
export const PEERS_PYTHON: string = join(ROOT, PYTHON);

/**
 * Sets PyTorch, SpikingJelly and the frameworks that read NIR up where they are missing; besides the benchmarks, golden numbers and
 * the tables of agreement are made with them.
 */
export async function setUpPeers(root: string = ROOT): Promise<void> {
  await runSteps([environmentStep(root), packagesStep(root)], root, terminalReporter());
}

/** The peers' own environment. */
function peers(root: string): PythonEnvironment {
  return {
    root,
    folder: FOLDER,
    inputs: () => ({
      "the peers' requirements": hashFiles(root, [REQUIREMENTS, STAND_INS]),
      "the folder of the checkout": root,
    }),
    again: AGAIN,
  };
}

function environmentStep(root: string): Step {
  const environment = peers(root);
  return {
    id: "peers-environment",
    title: "Python environment of the peers",
    needs: [],
    problem: () => Promise.resolve(environmentProblem(environment)),
    require: async () => void await requirePython(),
    run: async () => await makeEnvironment(environment, await requirePython()),
    detail: () => `Python ${stampNotes(stampOf(environment).path)["python"]}`,
  };
}

/** The peers need a newer Python than the rest of the project. */
async function requirePython(): Promise<{ command: string; version: string }> {
  const python = await findPython();
  if (Number(python.version.split(".")[1]) >= 11) return python;
  throw new FailureError(
    `Setting up the peers: ${python.command} is Python ${python.version}, but SpikingJelly needs 3.11 or newer; ` +
      `name one with PYTHON=/path/to/python3 and ${AGAIN}.`,
  );
}

function packagesStep(root: string): Step {
  const environment = peers(root);
  // Norse 1.1.0 is released as sources alone (pure Python).
  const built = ["--only-binary", ":all:", "--no-binary", "norse"];
  const locked = ["--no-deps", "--require-hashes", ...built, "-r", REQUIREMENTS];
  return {
    id: "peers-packages",
    title: `${PACKAGES} (570 MB)`,
    needs: ["peers-environment"],
    problem: () => Promise.resolve(packagesProblem(environment)),
    require: async () => void await findCompiler(),
    async run(report) {
      await installPackages(environment, async () => {
        report("downloading");
        await pip(environment, `Installing ${PACKAGES}`, ["install", ...locked]);
        report("standing in for CUDA");
        await standIn(root);
        report("loading");
        return await loadPeers(root);
      });
    },
    detail() {
      const notes = stampNotes(packagesStamp(environment).path);
      return Object.entries(notes).map(([name, version]) => `${name} ${version}`).join(", ");
    },
  };
}

const TORCH_LIBRARIES = `import importlib.util, os
print(os.path.join(os.path.dirname(importlib.util.find_spec("torch").origin), "lib"))`;

async function standIn(root: string): Promise<void> {
  const fix = `install a C++ compiler with its binutils (readelf, nm), and ${AGAIN}`;
  const doing = "Standing in for the CUDA libraries that PyTorch is linked against";
  const found = await mustRun(doing, fix, join(root, PYTHON), ["-c", TORCH_LIBRARIES]);
  const { command } = await findCompiler();
  await mustRun(doing, fix, join(root, PYTHON), [STAND_INS, found.stdout.trim(), command], { cwd: root });
}

const LOADED = ["torch", "spikingjelly", "nir", "norse", "sinabs", "snntorch"];
const LOAD = `import importlib.metadata as m, json
import torch, safetensors.torch
from spikingjelly.activation_based import functional, layer, neuron, nir_exchange, surrogate
import norse.torch, sinabs, snntorch.import_nir
print(json.dumps({n: m.version(n) for n in ${JSON.stringify(LOADED)}}))`;

async function loadPeers(root: string): Promise<Record<string, string>> {
  const fix = `delete the folder ${FOLDER}, and ${AGAIN}`;
  const { stdout } = await mustRun(`Loading ${PACKAGES}`, fix, join(root, PYTHON), ["-c", LOAD]);
  const last = stdout.trim().split("\n").at(-1) ?? "";
  return fields(Object.fromEntries(LOADED.map((name) => [name, text])))(
    parseJson(new TextEncoder().encode(last)),
  );
}
