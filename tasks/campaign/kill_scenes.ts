import { cpSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../lib/paths.ts";

/** One command that is killed again and again. */
export interface Scene {
  name: string;
  /** What Deno runs; `folder` is the scene's own. */
  command: (folder: string) => string[];
  /** Puts into the folder what the command needs. */
  prepare?: (folder: string) => void;
}

const TINY = ["T=4", "trainImages=200", "testImages=50", "batch=50"];

function training(name: string, experiment: string, row: string, ...settings: string[]): Scene {
  const args = ["tasks/train.ts", experiment, "--profile", "smoke", "--row", row];
  return { name, command: () => [...args, ...(settings.length > 0 ? ["--set", ...settings] : [])] };
}

/** A notebook that trains a little and prints what came out. */
const CELLS = [
  'import { reproduce } from "weightshare";',
  'const records = await reproduce("fashion-mnist-proxy", { profile: "smoke" });',
  "for (const { row, last } of records) console.log(row, JSON.stringify(last));",
];

function writeNotebook(folder: string): void {
  const cells = CELLS.map((source, index) => (
    { cell_type: "code", id: `cell-${index}`, metadata: {}, execution_count: null, outputs: [], source }
  ));
  const metadata = { kernelspec: { name: "weightshare-deno", display_name: "", language: "typescript" } };
  writeFileSync(
    join(folder, "notebook.ipynb"),
    JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells }),
  );
}

/** A checkout in which the set-up makes what it can make without a network in seconds. */
function copyCheckout(folder: string): void {
  const root = join(folder, "checkout");
  for (const part of ["deno.json", "package.json", "package-lock.json", "lib", "setup", "tasks"]) {
    const filter = (path: string) =>
      !path.startsWith(join(ROOT, "lib", "dist")) && !path.includes("__pycache__");
    cpSync(join(ROOT, part), join(root, part), { recursive: true, filter });
  }
  symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
}

/** The committed records of an experiment, as if this place had made them. */
function copyRecords(folder: string): void {
  const records = join("study", "fashion-mnist-proxy");
  cpSync(join(ROOT, "results", records), join(folder, "results", records), {
    recursive: true,
    filter: (path) => !path.endsWith(".safetensors"),
  });
}

/** What is killed. */
export const SCENES: readonly Scene[] = [
  training("training", "fashion-mnist-proxy", "proxy-k1", "epochs=8", ...TINY),
  training(
    "training with workers",
    "convmixer-cifar-10",
    "none",
    "epochs=4",
    "trainImages=200",
    "testImages=50",
  ),
  training("conversion", "fashion-mnist-comparison", "conversion"),
  {
    name: "execute",
    prepare: writeNotebook,
    command: (folder) => [
      "tasks/execute.ts",
      join(folder, "notebook.ipynb"),
      "-o",
      join(folder, "results", "out.ipynb"),
    ],
  },
  {
    name: "figures",
    prepare: copyRecords,
    command: () => ["tasks/figures.ts", "--profile", "study", "--experiment", "fashion-mnist-proxy"],
  },
  {
    name: "set-up",
    prepare: copyCheckout,
    command: (folder) => ["tasks/campaign/set_up_parts.ts", join(folder, "checkout")],
  },
];
