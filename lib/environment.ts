import { availableParallelism } from "node:os";
import process from "node:process";
import { UsageError } from "./errors.ts";

/** An environment variable: what it decides, and how its text is read. An empty text counts as not set. */
interface Variable<Value> {
  meaning: string;
  /** What holds where it is not set, in words. */
  otherwise: string;
  /** What a value must be, in words: "must be ...". */
  needs: string;
  /** The value, or undefined where the text is none. */
  read(text: string): Value | undefined;
}

function choice<const Value extends string>(values: readonly Value[]) {
  return {
    needs: `one of ${values.join(", ")}`,
    read: (text: string) => values.find((value) => value === text),
  };
}

/** A whole number written in digits alone: no sign, no fraction, no exponent. */
function whole(least: number, most: number) {
  return {
    needs: `a whole number from ${least} to ${most}`,
    read(text: string): number | undefined {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
      return value >= least && value <= most ? value : undefined;
    },
  };
}

const path = {
  needs: "a path",
  read: (text: string) => text.includes("\0") ? undefined : text,
};

/** More threads than any machine has cores would take all of its memory and never return. */
const MOST_THREADS = 1024;

/** Every environment variable that decides anything here; no other place reads one of them. */
export const VARIABLES = {
  WEIGHTSHARE_KERNELS: {
    meaning: "the kernels of the hot operations: ours (of an instruction set), or TensorFlow.js's alone",
    otherwise: "native, with the best instruction set of the processor",
    ...choice(["native", "reference", "avx512", "avx2", "portable"]),
  },
  TF_NUM_INTRAOP_THREADS: {
    meaning: "threads of TensorFlow and of our kernels",
    otherwise: "one a core",
    ...whole(1, MOST_THREADS),
  },
  TF_ENABLE_ONEDNN_OPTS: {
    meaning: "whether TensorFlow computes with oneDNN; 0 has other bits and is slower",
    otherwise: "1, whatever the processor",
    ...choice(["0", "1"]),
  },
  WEIGHTSHARE_DATA: {
    meaning: "the folder of the data sets; relative to the checkout",
    otherwise: "data",
    ...path,
  },
  WEIGHTSHARE_RESULTS: {
    meaning: "the folder of records and figures; relative to the checkout",
    otherwise: "results",
    ...path,
  },
  WEIGHTSHARE_CHROMIUM: {
    meaning: "the Chromium that draws figures",
    otherwise: "the one that set-up unpacked",
    ...path,
  },
  WEIGHTSHARE_TENSORFLOW_WHEEL: {
    meaning: "a tensorflow-cpu wheel on this machine, for set-up without a network",
    otherwise: "fetched",
    ...path,
  },
  WEIGHTSHARE_TRACE: {
    meaning: "1 shows the stack trace of an error as well",
    otherwise: "0",
    ...choice(["0", "1"]),
  },
  PYTHON: { meaning: "the Python that set-up uses", otherwise: "the first of the PATH >= 3.10", ...path },
  CXX: { meaning: "the C++ compiler that set-up uses", otherwise: "the first of the PATH", ...path },
} as const satisfies Record<string, Variable<unknown>>;

export type VariableName = keyof typeof VARIABLES;
type ValueOf<Name extends VariableName> = Exclude<ReturnType<typeof VARIABLES[Name]["read"]>, undefined>;

/** Texts that are no values, kept from libraries that would read them. */
const withheld = new Map<VariableName, string>();

/**
 * For a variable that a library reads while it loads: sets it to `otherwise` where it is not set. A text that is no value
 * could end the process within the library; it is kept from it, and every `setting` still refuses it.
 */
export function prepare(name: VariableName, otherwise: string): void {
  const text = process.env[name];
  if (text !== undefined && text !== "" && VARIABLES[name].read(text) === undefined) withheld.set(name, text);
  else if (text !== undefined && text !== "") return;
  process.env[name] = otherwise;
}

/** The value of a variable, or undefined where it is not set. Throws a UsageError where it is none. */
export function setting<Name extends VariableName>(name: Name): ValueOf<Name> | undefined {
  const text = withheld.get(name) ?? process.env[name];
  if (text === undefined || text === "") return undefined;
  const variable: Variable<unknown> = VARIABLES[name];
  const value = variable.read(text);
  if (value !== undefined) return value as ValueOf<Name>;
  throw new UsageError(
    `Reading the environment: ${name} is ${JSON.stringify(text)}, but must be ${variable.needs} ` +
      `(${variable.meaning}); change it, or unset it for ${variable.otherwise}.`,
  );
}

/** Throws the UsageError of the first variable whose value is none. */
export function checkEnvironment(): void {
  for (const name of Object.keys(VARIABLES) as VariableName[]) setting(name);
}

/** Schedulers that start one command many times, and the variable in which each start finds its number, from `first`. */
export const ARRAY_VARIABLES = {
  SLURM_ARRAY_TASK_ID: { scheduler: "Slurm", first: 0 },
  JOB_COMPLETION_INDEX: { scheduler: "Kubernetes", first: 0 },
  PBS_ARRAY_INDEX: { scheduler: "PBS", first: 0 },
  PBS_ARRAYID: { scheduler: "TORQUE", first: 0 },
  SGE_TASK_ID: { scheduler: "SGE", first: 1 },
  LSB_JOBINDEX: { scheduler: "LSF", first: 1 },
} as const;

/** What SGE and LSF write where a job is none of an array. */
const NO_ARRAY = ["", "undefined"];

/**
 * The number, from 0, that a scheduler gave this process: SGE and LSF cannot count from 0, so that their 1 is our 0. Throws
 * a UsageError where no scheduler gave one, or where two gave different ones.
 */
export function arrayIndex(): number {
  const found = Object.entries(ARRAY_VARIABLES).flatMap(([name, { first }]) => {
    const text = process.env[name] ?? "";
    if (NO_ARRAY.includes(text) || (first === 1 && text === "0")) return [];
    const value = whole(first, 1e9).read(text);
    if (value !== undefined) return [{ name, index: value - first }];
    throw new UsageError(
      `Reading the environment: ${name} is ${
        JSON.stringify(text)
      }, but must be a whole number of at least ${first}; ` +
        `give the run's number with --index N.`,
    );
  });
  const indices = new Set(found.map(({ index }) => index));
  if (indices.size === 1) return found[0]?.index as number;
  const names = found.length === 0 ? Object.keys(ARRAY_VARIABLES) : found.map(({ name }) => name);
  throw new UsageError(
    found.length === 0
      ? `Reading --index: it has no number, and no scheduler gave one (${names.join(", ")}); give --index N.`
      : `Reading --index: ${names.join(" and ")} give different numbers; give --index N.`,
  );
}

/** What of the environment is allowed but costs something, one sentence each. */
export function environmentNotes(): string[] {
  const threads = setting("TF_NUM_INTRAOP_THREADS") ?? 0;
  const cores = availableParallelism();
  return [
    ...(threads > cores ? [`TF_NUM_INTRAOP_THREADS is ${threads}, but this machine has ${cores} cores`] : []),
    ...(setting("TF_ENABLE_ONEDNN_OPTS") === "0"
      ? ["TF_ENABLE_ONEDNN_OPTS=0 switches oneDNN off: slower, and other bits than with it"]
      : []),
  ];
}
