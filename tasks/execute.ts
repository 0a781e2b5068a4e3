/** Runs notebooks headless: `deno task execute [NOTEBOOK]... [-p name value]... [-k kernel]... [-o OUTPUT]`. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { FailureError, InterruptedError, UsageError } from "../lib/errors.ts";
import { resultsFolder, ROOT } from "../lib/paths.ts";
import { readNotebook } from "../lib/report/notebook_file.ts";
import { JUPYTER_PYTHON, jupyterEnvironment } from "../setup/jupyter.ts";
import { KERNEL_NAMES } from "../setup/steps/kernelspecs.ts";
import { run } from "./main.ts";

const DEFAULT_KERNEL = "weightshare-deno";
const DEFAULT_PROFILE = "quick";

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
  const kernel = options.kernel ?? DEFAULT_KERNEL;
  const notebook = resolve(options.notebook);
  requireNotebook(notebook, kernel);
  const parameters = parametersOf(notebook, options);
  const profile = String(parameters["profile"] ?? options.profile ?? DEFAULT_PROFILE);
  const output = resolve(
    options.output ?? join(resultsFolder(), "notebooks", profile, kernel, basename(notebook)),
  );
  if (output === notebook) {
    throw new UsageError(
      `Running ${notebook}: the output would replace the notebook itself; give another -o OUTPUT.`,
    );
  }
  mkdirSync(dirname(output), { recursive: true });
  const since = performance.now();
  const { status, words } = await papermill(notebook, output, kernel, parameters, options.log ?? (() => {}));
  if (status !== 0) throw new FailureError(failureText(notebook, output, kernel, words));
  return { output, seconds: (performance.now() - since) / 1000 };
}

function requireNotebook(notebook: string, kernel: string): void {
  if (!existsSync(notebook)) {
    throw new UsageError(`Running ${notebook}: there is no such file; give the path of a notebook.`);
  }
  if (!KERNEL_NAMES.includes(kernel)) {
    throw new UsageError(
      `Running ${notebook}: the kernel "${kernel}" is unknown; use ${KERNEL_NAMES.join(" or ")}.`,
    );
  }
}

/** What is set in the notebook: one without a cell tagged `parameters` takes nothing. */
function parametersOf(
  notebook: string,
  { profile, parameters = {} }: ExecuteOptions,
): Record<string, unknown> {
  const takes = readNotebook(notebook).cells.some(({ metadata }) => metadata?.tags?.includes("parameters"));
  if (takes) return { ...(profile === undefined ? {} : { profile }), ...parameters };
  const [name] = Object.keys(parameters);
  if (name === undefined) return {};
  throw new UsageError(
    `Running ${
      relative(ROOT, notebook)
    }: it has no parameters, but "${name}" was given; leave -p ${name} away.`,
  );
}

interface PapermillEnded {
  status: number | null;
  /** What papermill and the kernel wrote to standard error. */
  words: string[];
}

async function papermill(
  notebook: string,
  output: string,
  kernel: string,
  parameters: Record<string, unknown>,
  log: (line: string) => void,
): Promise<PapermillEnded> {
  const args = ["-m", "papermill", "--engine", "weightshare", "--language", "typescript", "-k", kernel];
  // Relative paths: papermill writes them into the notebook, which may be committed.
  const [input, target] = [relative(ROOT, notebook), relative(ROOT, output)];
  args.push("--cwd", dirname(notebook), "--no-progress-bar", input, target);
  if (Object.keys(parameters).length > 0) args.push("-y", yamlOf(parameters));
  const child = spawn(JUPYTER_PYTHON, args, {
    cwd: ROOT,
    env: { ...process.env, ...jupyterEnvironment(), WEIGHTSHARE_PAPERMILL_PROGRESS: "1" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const words: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    const progress = /^progress (\{.*\})$/.exec(line)?.[1];
    if (progress === undefined) words.push(line);
    else log(progressLine(notebook, JSON.parse(progress)));
  });
  let stopped = false;
  const stop = () => {
    stopped = true;
    child.kill("SIGINT");
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  const status = await new Promise<number | null>((done) => {
    child.on("error", () => done(null));
    child.on("close", done);
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

interface Output {
  output_type: string;
  name?: string;
  text?: string | string[];
  ename?: string;
  evalue?: string;
  traceback?: string[];
}

interface Cell {
  cell_type: string;
  source: string | string[];
  outputs?: Output[];
  metadata: { papermill?: { exception?: boolean | null; status?: string } };
}

const QUOTED_LINES = 15;

function failureText(notebook: string, output: string, kernel: string, words: string[]): string {
  const doing = `Running ${relative(ROOT, notebook)} on ${kernel}`;
  const cells = readCells(output);
  const index = cells.findIndex((cell) => cell.metadata.papermill?.exception === true);
  const cell = cells[index];
  if (cell === undefined) return `${doing}: ${untoldFailure(cells, words)}`;
  return `${doing}: code cell ${index + 1} of ${cells.length} failed; what ran is in ${output}.\n` +
    `${quote(joined(cell.source).split("\n"))}\n${quote(errorLines(cell), "! ")}`;
}

/** papermill ended without blaming a cell: the kernel died, or nothing was run at all. */
function untoldFailure(cells: Cell[], words: string[]): string {
  const last = words.findLast((line) => line.trim() !== "") ?? "papermill could not be started";
  const started = cells.filter((cell) =>
    ["running", "completed"].includes(cell.metadata.papermill?.status ?? "")
  );
  if (/DeadKernelError/.test(last)) {
    return `the kernel died in code cell ${started.length} of ${cells.length}; ` +
      "the machine may be out of memory, or native code crashed: watch the memory and run it again.";
  }
  return `${last}; run "deno task doctor" to see what is missing.\n${quote(words.slice(-QUOTED_LINES))}`;
}

function readCells(output: string): Cell[] {
  if (!existsSync(output)) return [];
  const notebook = JSON.parse(readFileSync(output, "utf8")) as { cells: Cell[] };
  return notebook.cells.filter(({ cell_type }) => cell_type === "code");
}

const KERNEL_FRAME = /^\s+at .*(\/node_modules\/tslab\/|\(node:)/;

/** Deno's kernel sends an error; tslab writes it to standard error, with its own frames. */
function errorLines(cell: Cell): string[] {
  const outputs = cell.outputs ?? [];
  const error = outputs.find(({ output_type }) => output_type === "error");
  if (error !== undefined) {
    return (error.traceback ?? [`${error.ename}: ${error.evalue}`]).join("\n").split("\n");
  }
  const words = outputs.filter(({ name }) => name === "stderr").map(({ text }) =>
    joined(text ?? "").trimEnd()
  );
  return words.join("\n").split("\n").filter((line) => !KERNEL_FRAME.test(line));
}

function joined(text: string | string[]): string {
  return Array.isArray(text) ? text.join("") : text;
}

function quote(lines: string[], mark = "| "): string {
  const shown = lines.length > QUOTED_LINES ? [...lines.slice(0, QUOTED_LINES - 1), "..."] : lines;
  return shown.map((line) => `  ${mark}${line}`).join("\n");
}

interface Arguments {
  notebooks: string[];
  parameters: Record<string, unknown>;
  kernels: string[];
  output?: string;
}

/** Reads the command line; -k may be given more than once. */
export function parseArguments(args: readonly string[]): Arguments {
  const parsed: Arguments = { notebooks: [], parameters: {}, kernels: [] };
  const rest = [...args];
  const value = (option: string) => {
    const next = rest.shift();
    if (next === undefined) {
      throw new UsageError(`Reading the command line: ${option} needs a value after it.`);
    }
    return next;
  };
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === "-p") parsed.parameters[value("-p")] = parameterOf(value("-p NAME"));
    else if (argument === "-k") parsed.kernels.push(value("-k"));
    else if (argument === "-o") parsed.output = value("-o");
    else if (argument.startsWith("-")) {
      throw new UsageError(
        `Reading the command line: the option "${argument}" is unknown; use -p NAME VALUE, -k KERNEL or -o OUTPUT.`,
      );
    } else parsed.notebooks.push(argument);
  }
  if (parsed.kernels.length === 0) parsed.kernels.push(DEFAULT_KERNEL);
  return parsed;
}

/** JSON where it is JSON (numbers, true, null, lists, objects), else the text itself. */
function parameterOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The notebooks of the project, in reading order. */
export function projectNotebooks(): string[] {
  const folder = join(ROOT, "notebooks");
  const names = existsSync(folder)
    ? readdirSync(folder).filter((name) => name.endsWith(".ipynb")).sort()
    : [];
  return names.map((name) => join(folder, name));
}

async function main(): Promise<void> {
  const { notebooks, parameters, kernels, output } = parseArguments(process.argv.slice(2));
  const chosen = notebooks.length > 0 ? notebooks : projectNotebooks();
  if (chosen.length === 0) throw new UsageError("Running notebooks: there is none in notebooks/; name one.");
  if (output !== undefined && chosen.length * kernels.length > 1) {
    throw new UsageError("Running notebooks: -o OUTPUT needs exactly one notebook and one kernel.");
  }
  for (const kernel of kernels) {
    for (const notebook of chosen) {
      console.log(`${basename(notebook)} on ${kernel} ...`);
      const options: ExecuteOptions = {
        notebook,
        parameters,
        kernel,
        log: (line) => console.log(`  ${line}`),
      };
      const done = await executeNotebook(output === undefined ? options : { ...options, output });
      console.log(
        `${basename(notebook)} on ${kernel} ... ${done.seconds.toFixed(1)} s, ${relative(ROOT, done.output)}`,
      );
    }
  }
}

if (import.meta.main) await run(main);
