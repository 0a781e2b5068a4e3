/** Which notebooks run on which kernels, and where each result goes: decided before the first one starts. */
import { createHash } from "node:crypto";
import { basename, dirname, join, relative } from "node:path";
import { messageOf, UsageError } from "../lib/errors.ts";
import { parseProfile } from "../lib/runs/profile.ts";
import { canonicalJson } from "../lib/runs/config/config.ts";
import { resultsFolder, ROOT } from "../lib/paths.ts";
import { KERNEL_NAMES } from "../setup/steps/kernelspecs.ts";
import { jsonOrText } from "../lib/json.ts";
import { requireSettable } from "./notebook_parameters.ts";
import { realPath, requireFile, requireWritableFile } from "./files.ts";
import { toUser } from "./user_path.ts";

export const DEFAULT_KERNEL = "weightshare-deno";

/** One headless run. */
export interface NotebookRun {
  notebook: string;
  kernel: string;
  parameters: Record<string, unknown>;
  output: string;
}

/** What the user asked for. */
export interface NotebooksAsked {
  notebooks: readonly string[];
  kernels: readonly string[];
  /** Names and values of -p. */
  parameters: readonly (readonly [string, unknown])[];
  /** Where -p sets none. */
  profile?: string;
  output?: string;
}

/** Every run, kernel by kernel, or one refusal: nothing starts whose result would replace another's. */
export function planRuns(asked: NotebooksAsked): NotebookRun[] {
  const { notebooks, kernels, parameters, output } = asked;
  if (output !== undefined && notebooks.length * kernels.length > 1) {
    throw new UsageError("Running notebooks: -o OUTPUT needs exactly one notebook and one kernel.");
  }
  const given = Object.fromEntries(parameters);
  const profile = parseProfile(String(given["profile"] ?? asked.profile ?? "quick"));
  for (const notebook of notebooks) requireNotebook(notebook, Object.keys(given));
  const runs = kernels.flatMap((kernel) =>
    notebooks.map((notebook) => ({
      notebook,
      kernel,
      parameters: given,
      output: output ?? defaultOutput(notebook, profile, kernel, given),
    }))
  );
  requireApart(runs);
  return runs;
}

/**
 * results/notebooks/PROFILE/KERNEL/NAME.ipynb. A notebook that is not the project's, or is given parameters besides the
 * profile, has a name of its own, so that it replaces no other one's result.
 */
export function defaultOutput(
  notebook: string,
  profile: string,
  kernel: string,
  parameters: Record<string, unknown>,
): string {
  const { profile: _profile, ...others } = parameters;
  const own = dirname(notebook) === join(ROOT, "notebooks") ? [] : [relative(ROOT, notebook)];
  const told = [...own, ...Object.keys(others).length > 0 ? [others] : []];
  const mark = createHash("sha256").update(canonicalJson(told)).digest("hex").slice(0, 8);
  const name = basename(notebook, ".ipynb");
  const file = told.length === 0 ? `${name}.ipynb` : `${name}-${mark}.ipynb`;
  return join(resultsFolder(), "notebooks", profile, kernel, file);
}

/** One of the two kernels. */
export function kernel(name: string): string {
  if (KERNEL_NAMES.includes(name)) return name;
  throw new UsageError(`Choosing a kernel: "${name}" is unknown; use ${KERNEL_NAMES.join(" or ")}.`);
}

/** Gathers `-p NAME VALUE` pairs; a name given twice is refused. */
export function parameter(pair: string, before: [string, unknown][]): [string, unknown][] {
  const [, name, value] = /^([^=]+)=([^]*)$/.exec(pair) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError(`Reading -p ${pair}: it needs a name and a value; write -p NAME VALUE.`);
  }
  if (!before.some(([known]) => known === name)) return [...before, [name, jsonOrText(value)]];
  throw new UsageError(`Reading -p ${name}: it is given twice; give it once.`);
}

/** The library reads one value after an option: NAME VALUE becomes NAME=VALUE. */
export function joinPairs(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] as string;
    joined.push(argument);
    if (argument === "--") return [...joined, ...args.slice(index + 1)];
    if (argument !== "-p" && argument !== "--parameter") continue;
    const [name, value] = [args[++index], args[++index]];
    if (name === undefined || value === undefined || name.includes("=")) {
      throw new UsageError(
        `Reading ${[argument, name].join(" ").trim()}: it needs a name and a value; write -p NAME VALUE.`,
      );
    }
    joined.push(`${name}=${value}`);
  }
  return joined;
}

function requireNotebook(notebook: string, names: readonly string[]): void {
  requireFile("Running", notebook, "a notebook");
  try {
    requireSettable(notebook, names);
  } catch (error) {
    throw new UsageError(messageOf(error)); // also where what was named on the command line is no notebook
  }
}

/** No result replaces another one, or a notebook that is to run. */
function requireApart(runs: readonly NotebookRun[]): void {
  const taken = new Map(runs.map(({ notebook }) => [realPath(notebook), "the notebook itself"]));
  for (const { notebook, output } of runs) {
    requireWritableFile(output);
    const what = taken.get(realPath(output));
    if (what !== undefined) {
      throw new UsageError(
        `Running ${toUser(notebook)}: its output ${toUser(output)} would replace ${what}; ` +
          "give another -o OUTPUT, or run them one by one.",
      );
    }
    taken.set(realPath(output), `that of ${toUser(notebook)}`);
  }
}
