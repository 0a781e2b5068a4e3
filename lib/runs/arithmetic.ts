import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { kernelsInUse } from "../ops/kernels.ts";
import { tensorflowVersion, threadCount, usesOneDnn } from "../ops/tensorflow.ts";
import { ROOT } from "../paths.ts";
import { widestVectors } from "../processor.ts";

/** What decides the bits of a run's numbers beside its configuration: where all of it is equal, so is every bit. */
export interface Arithmetic {
  tensorflow: string;
  /** "reference", or "native" and the instruction set, e.g. "native avx512". */
  kernels: string;
  /** Threads of TensorFlow and of our kernels. */
  threads: number;
  /** Whether TensorFlow computes with oneDNN. */
  oneDnn: boolean;
  /** The widest vectors that oneDNN finds in the processor. */
  instructions: "avx512" | "avx2" | "other";
  cpu: string;
  /** Environment variables that change how TensorFlow or oneDNN compute, where they are set. */
  variables: Record<string, string>;
  /** SHA-256 of the sources that numbers come from. */
  code: string;
}

/** What decides the bits in this process. */
export function arithmetic(): Arithmetic {
  return {
    tensorflow: tensorflowVersion(),
    kernels: kernelsInUse(),
    threads: threadCount(),
    oneDnn: usesOneDnn(),
    instructions: widestVectors(),
    cpu: cpus()[0]?.model ?? "unknown",
    variables: variablesIn(process.env),
    code: codeSum ??= sumOf(ROOT),
  };
}

let codeSum: string | undefined;

/** What differs, one sentence part each: "threads: 2 there, 1 here". */
export function differences(there: Partial<Arithmetic>, here: Arithmetic): string[] {
  return (Object.keys(here) as (keyof Arithmetic)[])
    .map((name) => [name, text(there[name]), text(here[name])] as const)
    .filter(([, a, b]) => a !== b)
    .map(([name, a, b]) => `${name}: ${a} there, ${b} here`);
}

function text(value: Arithmetic[keyof Arithmetic] | undefined): string {
  if (value === undefined) return "unknown";
  if (typeof value === "string" && /^[0-9a-f]{64}$/.test(value)) return value.slice(0, 12);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/**
 * Of TensorFlow and oneDNN, by what their manuals name; threads and the switch of oneDNN stand for themselves. Threads between
 * operations (TF_NUM_INTEROP_THREADS) do not matter, as one operation runs after the other, nor do those of OpenMP or MKL.
 */
const DECIDING =
  /^(TF_DETERMINISTIC_OPS|TF_CUDNN_DETERMINISTIC|TF_SET_ONEDNN_.*|TF_ONEDNN_.*|TF_USE_.*|TF_ENABLE_(ZENDNN_OPTS|MAXPOOL_NANPROP)|TF_OVERRIDE_GLOBAL_THREADPOOL|ONEDNN_.*|DNNL_.*|TF_XLA_FLAGS|XLA_FLAGS)$/;
const HARMLESS = /VERBOSE|PROFILE|DUMP/;

function variablesIn(environment: Record<string, string | undefined>): Record<string, string> {
  const entries = Object.entries(environment).filter((entry): entry is [string, string] =>
    entry[1] !== undefined && DECIDING.test(entry[0]) && !HARMLESS.test(entry[0])
  );
  return Object.fromEntries(entries.sort(([a], [b]) => a < b ? -1 : 1));
}

/** Folders of which nothing enters a number. */
const ASIDE = new Set(["dist", "exchange", "report", "notebook", "test"]);

/** Numbers come from `lib` but for its reports and displays, the native kernels, and the pinned packages. */
function sumOf(root: string): string {
  const hash = createHash("sha256");
  for (const file of [...sources(root, "lib"), ...sources(root, "native"), "package-lock.json"]) {
    hash.update(`${file}\0`).update(readFileSync(join(root, file))).update("\0");
  }
  return hash.digest("hex");
}

function sources(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return ASIDE.has(entry.name) ? [] : sources(root, path);
      return /\.(ts|cc|h)$/.test(entry.name) ? [path] : [];
    });
}
