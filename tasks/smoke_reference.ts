import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fields, finite, flag, mapOf, natural, readJson, text } from "../lib/json.ts";
import { processorFlags } from "../lib/processor.ts";
import type { RunRecord } from "../lib/runs/record.ts";

const machine = fields({
  processor: text,
  tensorflow: text,
  kernels: text,
  oneDnn: flag,
  threads: natural,
  /** Environment variables that change how TensorFlow or oneDNN compute. */
  variables: mapOf(text),
});

/** What decides a number's bits beside its configuration: it decides which code TensorFlow and our kernels take. */
export type Machine = ReturnType<typeof machine>;

/** Parameters and the last epoch's losses, scores and rates, by experiment, row, seed and hash. */
const reference = fields({ machine, runs: mapOf(mapOf(finite)) });

/** What the smoke runs gave on one machine. */
export type Reference = ReturnType<typeof reference>;

/** The committed reference. */
export function readReference(path: string): Reference {
  const fix = 'restore it, for example with "git checkout", or make it anew with "deno task smoke --renew"';
  return readJson(path, { what: "the reference of the smoke runs", shape: reference, fix });
}

/** What is kept of smoke records. */
export function referenceOf(records: readonly RunRecord[]): Reference {
  const [{ provenance }] = records as [RunRecord];
  const { tensorflow, kernels, oneDnn = false, threads, variables = {} } = provenance;
  const words = processor(readFileSync("/proc/cpuinfo", "utf8"));
  return {
    machine: { processor: words, tensorflow, kernels, oneDnn, threads, variables },
    runs: Object.fromEntries(records.map((record) => [nameOf(record), numbersOf(record)])),
  };
}

function nameOf({ experiment, row, config, hash }: RunRecord): string {
  return `${experiment} ${row} seed ${config.seed} ${hash}`;
}

function numbersOf({ parameters, last }: RunRecord): Record<string, number> {
  return { parameters, ...numbers(last) };
}

/** Every number of a value, by its path. */
function numbers(value: unknown, path: string[] = []): Record<string, number> {
  if (typeof value === "number") return { [path.join(".")]: value };
  if (value === null || typeof value !== "object") return {};
  return Object.assign({}, ...Object.entries(value).map(([key, inner]) => numbers(inner, [...path, key])));
}

/** Cloud processors share a model's name, so the rest of what they say of themselves is in it, instruction sets as a sum. */
function processor(cpuinfo: string): string {
  const field = (name: string) => new RegExp(`^${name}\\s*: (.*)$`, "m").exec(cpuinfo)?.[1] ?? "unknown";
  const sets = [...processorFlags()].filter((flag) => /^(s?sse|avx|fma|f16c|amx|bmi)/.test(flag)).sort();
  const sum = createHash("sha256").update(sets.join(" ")).digest("hex").slice(0, 8);
  const [family, model, stepping] = ["cpu family", "model", "stepping"].map(field);
  return `${field("model name")}, family ${family} model ${model} stepping ${stepping}, cache ${
    field("cache size")
  }, instruction sets ${sum}`;
}

/** Whether all that decides bits is equal, so that numbers must be. */
export function sameMachine(found: Reference, reference: Reference): boolean {
  return JSON.stringify(found.machine) === JSON.stringify(reference.machine);
}

/** How far numbers may be from the reference's on another machine. */
interface Tolerance {
  /** Of the larger loss. */
  loss: number;
  /** Of scores, and of everything else that is a share. */
  share: number;
  /** Of spikes per neuron and time step. */
  rate: number;
}

/**
 * Another order of sums changes losses by 1e-5 of themselves, some spikes, and with them the answer to an image in 50 (measured
 * between AVX-512, AVX2 and the reference kernels).
 */
const FEW_UPDATES: Tolerance = { loss: 1e-3, share: 0.05, rate: 0.01 };

/** Over the 80 updates of this experiment, at a rate at which the proxy's loss explodes, flipped spikes change what is learned. */
const MANY_UPDATES: Tolerance = { loss: 0.5, share: 0.25, rate: 0.1 };

function toleranceOf(run: string): Tolerance {
  return run.startsWith("fashion-mnist-proxy ") ? MANY_UPDATES : FEW_UPDATES;
}

/** Whether a number agrees with the reference's from another machine. */
function isNear(run: string, key: string, given: number, expected: number): boolean {
  const { loss, share, rate } = toleranceOf(run);
  const distance = Math.abs(given - expected);
  if (/^(parameters|epoch|learningRate)$/.test(key)) return distance === 0;
  if (key.endsWith("loss")) return distance <= loss * Math.max(Math.abs(given), Math.abs(expected));
  return distance <= (key.startsWith("rates.") ? rate : share);
}

/** The tolerance in words. */
export function toleranceInWords(): string {
  const words = ({ loss, share, rate }: Tolerance) =>
    `losses by ${100 * loss} %, scores by ${100 * share} points, rates by ${rate}`;
  return `${words(FEW_UPDATES)} (fashion-mnist-proxy, whose rounding grows over 80 updates: ${
    words(MANY_UPDATES)
  })`;
}

/** How found runs and numbers differ from the reference, one line a difference. */
export function differences(found: Reference, reference: Reference): string[] {
  const exact = sameMachine(found, reference);
  return union(found.runs, reference.runs).flatMap((run) => {
    const [ours, theirs] = [found.runs[run], reference.runs[run]];
    if (ours === undefined) return `${run}: in the reference, but not run`;
    if (theirs === undefined) return `${run}: run, but not in the reference`;
    const agree = (key: string, a = NaN, b = NaN) => exact ? a === b : isNear(run, key, a, b);
    return union(ours, theirs).filter((key) => !agree(key, ours[key], theirs[key]))
      .map((key) => `${run}: ${key} is ${ours[key]}, in the reference ${theirs[key]}`);
  });
}

function union(...objects: object[]): string[] {
  return [...new Set(objects.flatMap(Object.keys))];
}
