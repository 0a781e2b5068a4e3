/** Runs notebooks headless: `deno task execute [NOTEBOOK]... [-p name value]... [-k kernel]... [-o OUTPUT]`. */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { Attempts } from "../lib/attempts.ts";
import { FailureError, InterruptedError, UsageError } from "../lib/errors.ts";
import { writing } from "../lib/files.ts";
import { withOwnFolder } from "../lib/own_folder.ts";
import { ROOT } from "../lib/paths.ts";
import { joinText, type NotebookCell, readNotebook } from "../lib/report/notebook_file.ts";
import { spawnBound } from "../setup/bound.ts";
import { JUPYTER_PYTHON, jupyterEnvironment } from "../setup/jupyter.ts";
import { KERNEL_NAMES } from "../setup/steps/kernelspecs.ts";
import { each, path } from "./arguments.ts";
import { settableIn } from "./notebook_parameters.ts";
import { DEFAULT_KERNEL, joinPairs, kernel, type NotebookRun, parameter, planRuns } from "./notebook_runs.ts";
import { defineTask, runTask } from "./task.ts";
import { toUser } from "./user_path.ts";

/** One headless run of a notebook. */
export interface ExecuteOptions {
  /** The path of the notebook. */
  notebook: string;
  /** The variable `profile` of a notebook that has one. */
  profile?: string;
  /** Values for the variables of the cell tagged `parameters`. */
  parameters?: Record<string, unknown>;
  /** `weightshare-deno` (the default) or `weightshare-tslab`. */
  kernel?: string;
  /** Where the run notebook goes: by default `results/notebooks/PROFILE/KERNEL/NAME.ipynb`. */
  output?: string;
  /** Variables of the kernel's environment, over those of this process. */
  environment?: Record<string, string>;
  /** Gets one line per cell done. */
  log?: (line: string) => void;
}

/** A notebook that ran to its end. */
export interface Executed {
  output: string;
  seconds: number;
}

/** Runs a notebook through papermill in its own folder; a failing cell becomes an error that quotes it. */
export async function executeNotebook(options: ExecuteOptions): Promise<Executed> {
  const { notebook, kernel, output, parameters } = planOne(options);
  writing(output, () => mkdirSync(dirname(output), { recursive: true }));
  const since = performance.now();
  const { status, words } = await withOwnFolder(
    "jupyter",
    (runtime) => papermill(runtime, notebook, output, kernel, parameters, options),
  );
  if (status !== 0) throw new FailureError(failureText(notebook, output, kernel, words));
  return { output, seconds: (performance.now() - since) / 1000 };
}

/** A notebook without a variable `profile` runs the same at every profile. */
function planOne(
  { notebook, profile, kernel: name = DEFAULT_KERNEL, parameters = {}, output }: ExecuteOptions,
): NotebookRun {
  const path = resolve(notebook);
  const [run] = planRuns({
    notebooks: [path],
    kernels: [kernel(name)],
    parameters: Object.entries(parameters),
    ...(profile === undefined ? {} : { profile }),
    ...(output === undefined ? {} : { output: resolve(output) }),
  });
  const { parameters: set, ...planned } = run as NotebookRun;
  const told = profile !== undefined && settableIn(path).includes("profile") ? { profile, ...set } : set;
  return { ...planned, parameters: told };
}

interface PapermillEnded {
  status: number | null;
  /** What papermill and the kernel wrote to standard error. */
  words: string[];
}

async function papermill(
  runtime: string,
  notebook: string,
  output: string,
  kernel: string,
  parameters: Record<string, unknown>,
  { environment, log }: ExecuteOptions,
): Promise<PapermillEnded> {
  const args = ["-m", "papermill", "--engine", "weightshare", "--language", "typescript", "-k", kernel];
  // Relative paths: papermill writes them into the notebook, which may be committed.
  const [input, target] = [relative(ROOT, notebook), relative(ROOT, output)];
  args.push("--cwd", dirname(notebook), "--no-progress-bar", input, target);
  if (Object.keys(parameters).length > 0) args.push("-y", yamlOf(parameters));
  const child = spawnBound(JUPYTER_PYTHON, args, {
    cwd: ROOT,
    env: jupyterEnvironment({
      JUPYTER_RUNTIME_DIR: runtime,
      ...environment,
      WEIGHTSHARE_PAPERMILL_PROGRESS: "1",
    }),
    stdio: ["ignore", "ignore", "pipe"],
  });
  const words: string[] = [];
  createInterface({ input: child.stderr as NodeJS.ReadableStream }).on("line", (line) => {
    const progress = /^progress (\{.*\})$/.exec(line)?.[1];
    if (progress === undefined) words.push(line);
    else log?.(progressLine(notebook, JSON.parse(progress)));
  });
  let stopped = false;
  const stop = () => {
    stopped = true;
    child.kill("SIGINT");
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  const status = await new Promise<number | null>((done) => {
    child.on("error", () => done(null));
    child.on("close", (code, signal) => {
      if (signal !== null) words.push(`papermill was killed (${signal}), by the system where memory ran out`);
      done(code);
    });
  });
  process.removeListener("SIGINT", stop).removeListener("SIGTERM", stop);
  if (stopped) throw new InterruptedError(`Running ${relative(ROOT, notebook)}: stopped by the user.`);
  return { status, words };
}

/** papermill reads YAML: JSON with a decimal point in every number that has an exponent. */
function yamlOf(value: unknown): string {
  if (typeof value === "number") return JSON.stringify(value).replace(/^(-?\d+)e/, "$1.0e");
  if (Array.isArray(value)) return `[${value.map(yamlOf).join(", ")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${yamlOf(item)}`);
  return `{${entries.join(", ")}}`;
}

function progressLine(
  notebook: string,
  { cell, of, seconds }: { cell: number; of: number; seconds: number },
): string {
  return `${basename(notebook)}: cell ${cell}/${of} ... ${seconds.toFixed(1)} s`;
}

const QUOTED_LINES = 15;

function failureText(notebook: string, output: string, kernel: string, words: string[]): string {
  const doing = `Running ${relative(ROOT, notebook)} on ${kernel}`;
  const cells = readCells(output);
  const index = cells.findIndex((cell) => cell.metadata?.papermill?.exception === true);
  const cell = cells[index];
  if (cell === undefined) return `${doing}: ${untoldFailure(cells, words)}`;
  return `${doing}: code cell ${index + 1} of ${cells.length} failed; what ran is in ${output}.\n` +
    `${quote(joinText(cell.source).split("\n"))}\n${quote(errorLines(cell), "! ")}`;
}

const NO_ROOM = /no space left|quota exceeded|file too large/i;

/** papermill ended without blaming a cell: the kernel died, or nothing was run at all. */
function untoldFailure(cells: NotebookCell[], words: string[]): string {
  const last = words.findLast((line) => line.trim() !== "") ?? "papermill could not be started";
  const started = cells.filter((cell) =>
    ["running", "completed"].includes(cell.metadata?.papermill?.status ?? "")
  );
  if (NO_ROOM.test(last)) {
    return `the disk is full (${last}); free some space and run it again, finished epochs are kept.`;
  }
  if (/DeadKernelError/.test(last)) {
    return `the kernel died in code cell ${started.length} of ${cells.length}; ` +
      "the machine may be out of memory, or native code crashed: watch the memory and run it again.";
  }
  return `${last}; run "deno task doctor" to see what is missing.\n${quote(words.slice(-QUOTED_LINES))}`;
}

function readCells(output: string): NotebookCell[] {
  if (!existsSync(output)) return [];
  try {
    return readNotebook(output).cells.filter(({ cell_type }) => cell_type === "code");
  } catch {
    return []; // cut short: papermill's last words say why
  }
}

const KERNEL_FRAME = /^\s+at .*(\/node_modules\/tslab\/|\(node:)/;

/** Deno's kernel sends an error; tslab writes it to standard error, with its own frames. */
function errorLines(cell: NotebookCell): string[] {
  const outputs = cell.outputs ?? [];
  const error = outputs.find(({ output_type }) => output_type === "error");
  if (error !== undefined) {
    return (error.traceback ?? [`${error.ename}: ${error.evalue}`]).join("\n").split("\n");
  }
  const words = outputs.filter(({ name }) => name === "stderr").map(({ text }) => joinText(text).trimEnd());
  return words.join("\n").split("\n").filter((line) => !KERNEL_FRAME.test(line));
}

function quote(lines: string[], mark = "| "): string {
  const shown = lines.length > QUOTED_LINES ? [...lines.slice(0, QUOTED_LINES - 1), "..."] : lines;
  return shown.map((line) => `  ${mark}${line}`).join("\n");
}

/** The notebooks of the project, in reading order. */
export function projectNotebooks(): string[] {
  const folder = join(ROOT, "notebooks");
  const names = existsSync(folder)
    ? readdirSync(folder).filter((name) => name.endsWith(".ipynb")).sort()
    : [];
  return names.map((name) => join(folder, name));
}

interface Options {
  parameter: [string, unknown][];
  kernel: string[];
  output?: string;
}

/** `deno task execute`. */
export const executeTask = defineTask({
  name: "execute",
  description: "Runs notebooks headless; what ran is kept as a notebook of its own.",
  declare: (command) =>
    command
      .argument("[notebooks...]", "the notebooks; without any, those of the project", each(path))
      .option(
        "-p, --parameter <name> <value>",
        "set a variable of the notebook; may be repeated",
        parameter,
        [],
      )
      .option("-k, --kernel <name>", `${KERNEL_NAMES.join(" or ")}; may be repeated`, each(kernel), [])
      .option("-o, --output <file>", "where the run notebook goes, instead of results/notebooks", path),
  prepare: joinPairs,
  plan: (named: string[], { parameter: parameters, kernel: kernels, output }: Options) => {
    const notebooks = named.length > 0 ? named : projectNotebooks();
    if (notebooks.length === 0) {
      throw new UsageError("Running notebooks: there is none in notebooks/; name one.");
    }
    return planRuns({
      notebooks,
      parameters,
      kernels: kernels.length > 0 ? kernels : [DEFAULT_KERNEL],
      ...(output === undefined ? {} : { output }),
    });
  },
  act: executeRuns,
});

/** A notebook that fails does not end the others. */
async function executeRuns(runs: NotebookRun[]): Promise<void> {
  const attempts = new Attempts("Running notebooks", runs.length);
  for (const run of runs) {
    const what = `${basename(run.notebook)} on ${run.kernel}`;
    console.log(`${what} ...`);
    await attempts.make(what, async () => {
      const done = await executeNotebook({ ...run, log: (line) => console.log(`  ${line}`) });
      console.log(`${what} ... ${done.seconds.toFixed(1)} s, ${toUser(done.output)}`);
    });
  }
  attempts.end();
}

if (import.meta.main) await runTask(executeTask);
