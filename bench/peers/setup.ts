import { rmSync } from "node:fs";
import { join } from "node:path";
import { FailureError } from "../../lib/errors.ts";
import { ROOT } from "../../lib/paths.ts";
import { mustRun } from "../../setup/child.ts";
import { findCompiler, findPython } from "../../setup/machine.ts";
import { terminalReporter } from "../../setup/reporter.ts";
import { hashFiles, stampNotes, stampProblem, writeStamp } from "../../setup/stamp.ts";
import { runSteps, type Step } from "../../setup/step.ts";

const FOLDER = join("vendor", "peers");
const PYTHON = join(FOLDER, "bin", "python");
const REQUIREMENTS = "bench/peers/requirements.txt";
const STAND_INS = "bench/peers/cuda_stand_ins.py";
const AGAIN = 'run "npx -y deno@2.9.6 task bench --peers" again';

/** The Python that has the peers. */
export const PEERS_PYTHON: string = join(ROOT, PYTHON);

/** Sets PyTorch and SpikingJelly up where they are missing; they belong to no other part of the project. */
export async function setUpPeers(root: string = ROOT): Promise<void> {
  await runSteps([environmentStep(root), packagesStep(root)], root, terminalReporter());
}

function environmentStep(root: string): Step {
  const stamp = { root, path: join(root, FOLDER, ".stamp.json") };
  const inputs = { [REQUIREMENTS]: hashFiles(root, [REQUIREMENTS]), "the folder of the checkout": root };
  return {
    id: "peers-environment",
    title: "Python environment of the peers",
    needs: [],
    problem: () => Promise.resolve(stampProblem(stamp, inputs)),
    require: async () => void await requirePython(),
    async run() {
      const { command, version } = await requirePython();
      rmSync(join(root, FOLDER), { recursive: true, force: true });
      const fix = `check the free disk space, and ${AGAIN}`;
      await mustRun(`Making the Python environment ${FOLDER}`, fix, command, ["-m", "venv", FOLDER], {
        cwd: root,
      });
      writeStamp(stamp, inputs, [join(FOLDER, "pyvenv.cfg")], { python: version });
    },
    detail: () => `Python ${stampNotes(stamp.path)["python"]}`,
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
  const stamp = { root, path: join(root, FOLDER, ".packages.json") };
  const inputs = { "the peers' requirements": hashFiles(root, [REQUIREMENTS, STAND_INS]) };
  return {
    id: "peers-packages",
    title: "PyTorch and SpikingJelly (540 MB)",
    needs: ["peers-environment"],
    problem: () => Promise.resolve(stampProblem(stamp, inputs)),
    require: async () => void await findCompiler(),
    async run(tell) {
      tell("downloading");
      await pip(root);
      tell("standing in for CUDA");
      await standIn(root);
      tell("loading");
      const versions = await loadPeers(root);
      writeStamp(stamp, inputs, [PYTHON], versions);
    },
    detail: () =>
      Object.entries(stampNotes(stamp.path)).map(([name, version]) => `${name} ${version}`).join(", "),
  };
}

async function pip(root: string): Promise<void> {
  const fix = `a download may have been damaged or cut off: check the network, and ${AGAIN}`;
  const options = ["--quiet", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"];
  const locked = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", REQUIREMENTS];
  const args = ["-m", "pip", "install", ...options, ...locked];
  await mustRun("Installing PyTorch and SpikingJelly", fix, join(root, PYTHON), args, { cwd: root });
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

const LOAD = `import importlib.metadata as m, json
import torch, safetensors.torch
from spikingjelly.activation_based import functional, layer, neuron, surrogate
print(json.dumps({n: m.version(n) for n in ("torch", "spikingjelly")}))`;

async function loadPeers(root: string): Promise<Record<string, string>> {
  const fix = `delete the folder ${FOLDER}, and ${AGAIN}`;
  const { stdout } = await mustRun("Loading PyTorch and SpikingJelly", fix, join(root, PYTHON), ["-c", LOAD]);
  return JSON.parse(stdout.trim().split("\n").at(-1) as string) as Record<string, string>;
}
