/** Command lines that nobody would write, over all tasks: each must be understood, or refused with one sentence. */
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import fc from "fast-check";
import { messageOf, WeightshareError } from "../../lib/errors.ts";
import { EXPERIMENTS } from "../../lib/experiments/experiments.ts";
import { PROFILES } from "../../lib/runs/profile.ts";
import { readManifest } from "../../lib/data/manifest.ts";
import { ownFolder } from "../../lib/own_folder.ts";
import { ROOT } from "../../lib/paths.ts";
import { TASKS } from "../all.ts";
import { type Asked, commandOf, planOf } from "../task.ts";
import type { CampaignOptions, CampaignResult } from "./campaign.ts";

/** One command line of a task. */
interface Line {
  task: Asked;
  args: string[];
}

type End = "accepted" | "refused" | "helped";

/** Every so many lines that start nothing, one is tried as a process of its own as well. */
const PROCESS_EVERY = 40;

/** Tries `tries` command lines: what they ask for is read, never begun. */
export async function commandLineCampaign({ seed, tries }: CampaignOptions): Promise<CampaignResult> {
  const lines = fc.sample(commandLines(), { seed, numRuns: tries });
  const ends: Record<End, number> = { accepted: 0, refused: 0, helped: 0 };
  const wrong: string[] = [];
  const processes: Line[] = [];
  await inScratch((results) => {
    const before = filesOf(ROOT);
    for (const line of lines) {
      const { end, why } = judge(line);
      if (why !== undefined) wrong.push(`${written(line)}: ${why}`);
      if (end !== "accepted" && ++ends[end] % PROCESS_EVERY === 0) processes.push(line);
      else if (end === "accepted") ends.accepted++;
    }
    for (const line of processes) {
      const why = judgeProcess(line);
      if (why !== undefined) wrong.push(`${written(line)}, as a process: ${why}`);
    }
    const changed = [...difference(before, filesOf(ROOT)), ...filesOf(results).keys()];
    if (changed.length > 0) wrong.push(`all together: they changed ${changed.slice(0, 5).join(", ")}`);
  });
  const { accepted, refused, helped } = ends;
  const said =
    `${accepted} understood, ${refused} refused, ${helped} helped; ${processes.length} also as processes`;
  return { tried: tries, said, wrong };
}

/** Words that have hurt someone: names that every object has, numbers that are none, paths, values of other options. */
const HARD = [
  ...["", " ", "constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", "undefined", "null"],
  ...["0", "-1", "1.5", "1e400", "NaN", "Infinity", "0x10", "1e3", "007", "99999999999999999999", "2 3"],
  ...[
    "..",
    "/",
    ".",
    "/proc/self/mem",
    "/dev/null",
    "/dev/full",
    "nowhere/at/all",
    "a\nb",
    "é",
    "\u202e",
    "-",
  ],
  ...[
    "true",
    "[]",
    "{}",
    '{"__proto__":1}',
    '"',
    "'",
    "=",
    "a=b",
    "==",
    "%s",
    "*",
    "$HOME",
    "x".repeat(5000),
  ],
];

const SETTINGS = [
  ...["T", "rule.T", "batch", "epochs", "learningRate", "data.name", "rule.name", "rule", "seed", "width"],
  ...[
    "optimiser.schedule",
    "milestones",
    "constructor",
    "__proto__",
    "data.__proto__",
    "toString",
    "a.b",
    "",
  ],
];

/** Words that some task takes. */
const KNOWN = [
  ...EXPERIMENTS.map(({ name }) => name),
  ...PROFILES,
  ...Object.keys(readManifest()),
  ...["proxy-k1", "ann", "none", "command-lines", "snn-inference", "convmixer-128-8", "weightshare-tslab"],
  ...["notebooks/01-proxy-learning-fashion-mnist.ipynb", "test/golden/fixtures", "deno.json", "profile"],
];

function commandLines(): fc.Arbitrary<Line> {
  return fc.constantFrom(...TASKS).chain((task) =>
    argumentsOf(task).map((args) => ({ task, args: args.flat() }))
  );
}

function argumentsOf(task: Asked): fc.Arbitrary<string[][]> {
  const flags = commandOf(task).options.flatMap(({ short, long }) =>
    [short, long].filter((one) => one != null)
  );
  const flag = fc.constantFrom(...flags as string[], "--help", "--no-such-option", "-x", "--", "--set=T=3");
  const given = fc.oneof(
    fc.tuple(flag, word()),
    fc.tuple(flag, word()).map(([name, value]) => [`${name}=${value}`]),
    fc.tuple(flag),
    fc.tuple(word()),
    fc.tuple(flag, word(), word()),
  );
  return fc.array(given, { maxLength: 4 }) as fc.Arbitrary<string[][]>;
}

function word(): fc.Arbitrary<string> {
  const setting = fc.tuple(
    fc.constantFrom(...SETTINGS),
    fc.constantFrom(...HARD, "8", "1e30", "[3,2,1]", "cosine"),
  );
  return fc.oneof(
    fc.constantFrom(...KNOWN),
    fc.constantFrom(...HARD),
    setting.map(([key, value]) => `${key}=${value}`),
    fc.string({ maxLength: 12 }).filter((text) => !text.includes("\0")),
  );
}

function judge({ task, args }: Line): { end: End; why?: string } {
  try {
    return { end: planOf(task, args, () => {}) === undefined ? "helped" : "accepted" };
  } catch (error) {
    const why = complaint(error);
    return { end: "refused", ...(why === undefined ? {} : { why }) };
  }
}

/** What is wrong with a refusal, if anything. */
function complaint(error: unknown): string | undefined {
  const said = messageOf(error);
  if (!(error instanceof WeightshareError)) return `it ends in raw words: ${said}`;
  if (error.exitCode !== 2) return `it is refused with exit code ${error.exitCode}: ${said}`;
  return wordsComplaint(said);
}

const RAW = /\[object |undefined is|is not a function|not iterable|Cannot read|\bE[A-Z]{4,}:|^ +at /m;

function wordsComplaint(said: string): string | undefined {
  if (said.split("\n").length > 1) return `it is not one line: ${said}`;
  if (!said.endsWith(".")) return `it is not a sentence: ${said}`;
  if (said.length > 2000) return `it is ${said.length} characters long: ${said.slice(0, 100)} ...`;
  return RAW.test(said) ? `it has raw words: ${said}` : undefined;
}

/** Only lines that start nothing come here. */
function judgeProcess({ task, args }: Line): string | undefined {
  const ended = spawnSync(process.execPath, ["run", "-A", scriptOf(task), ...args], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return ended.status === 0 ? helpComplaint(ended) : refusalComplaint(ended);
}

function helpComplaint({ stdout, stderr }: SpawnSyncReturns<string>): string | undefined {
  return stdout.startsWith("Usage: deno task ") && stderr === ""
    ? undefined
    : `it is no help: ${stdout}${stderr}`;
}

function refusalComplaint({ status, stdout, stderr }: SpawnSyncReturns<string>): string | undefined {
  if (status !== 2) return `it ends with exit code ${status}: ${stderr}`;
  if (stdout !== "" || !stderr.startsWith("error: ")) return `it says ${stdout}${stderr}`;
  return wordsComplaint(stderr.trimEnd());
}

/** The program behind a task, as `deno.json` has it. */
function scriptOf({ name }: Asked): string {
  const { tasks } = JSON.parse(readFileSync(join(ROOT, "deno.json"), "utf8"));
  return join(ROOT, tasks[name].command.split(" ").at(-1));
}

function written({ task, args }: Line): string {
  const quoted = args.map((arg) => JSON.stringify(arg.length > 60 ? `${arg.slice(0, 60)}...` : arg));
  return ["deno task", task.name, ...quoted].join(" ");
}

/** Results go to a folder of their own, which must stay empty. */
async function inScratch(work: (results: string) => void): Promise<void> {
  const { path, remove } = await ownFolder("command-lines");
  const results = join(path, "results");
  mkdirSync(results);
  const before = process.env["WEIGHTSHARE_RESULTS"];
  process.env["WEIGHTSHARE_RESULTS"] = results;
  try {
    await work(results);
  } finally {
    if (before === undefined) delete process.env["WEIGHTSHARE_RESULTS"];
    else process.env["WEIGHTSHARE_RESULTS"] = before;
    await remove();
  }
}

/** Folders that hold no work of the user; and those to which another process may be writing: results, and copies of an open JupyterLab. */
const ASIDE = new Set(["node_modules", "venv", "vendor", ".git", "dist", "results", ".ipynb_checkpoints"]);

/** Size and time of every file below a folder. */
export function filesOf(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (ASIDE.has(entry.name)) continue;
    if (entry.isDirectory()) filesOf(path).forEach((facts, file) => files.set(file, facts));
    else files.set(path, factsOf(path));
  }
  return files;
}

function factsOf(path: string): string {
  const { size, mtimeMs } = lstatSync(path);
  return `${size} bytes, ${mtimeMs}`;
}

/** Files that are new, gone or changed. */
export function difference(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path));
}
