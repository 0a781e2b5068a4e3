import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { FailureError } from "../errors.ts";
import { writeFlushed, writing } from "../files.ts";
import { sha256 } from "../data/verify.ts";
import type { EpochLine } from "../learning/metrics.ts";
import type { TrainingSession } from "./record.ts";
import { type HostTensor, packSafetensors, unpackSafetensors } from "../ops/safetensors.ts";

/** The state of a run after a finished epoch. */
export interface Checkpoint {
  curve: EpochLine[];
  optimiserSteps: number;
  startedAt: string;
  /** Of all processes so far. */
  wallSeconds: number;
  trainingSeconds: number;
  waitingSeconds: number;
  peakMemory: number;
  /** The processes that finished an epoch or more, in their order. Absent from checkpoints of older versions. */
  sessions?: TrainingSession[];
  /** Network variables and optimiser state by name. */
  tensors: Map<string, HostTensor>;
}

const PREFIX = "checkpoint-";

/**
 * Saves a checkpoint as the folder `checkpoint-EPOCH` with tensors.safetensors and state.json; the folder appears whole
 * by one rename, then older ones go.
 */
export function saveCheckpoint(folder: string, checkpoint: Checkpoint): void {
  const { tensors, ...state } = checkpoint;
  const name = `${PREFIX}${String(state.curve.length).padStart(5, "0")}`;
  const temporary = join(folder, `${name}.${process.pid}.tmp`);
  writing(join(folder, name), () => {
    try {
      mkdirSync(temporary, { recursive: true });
      const packed = packSafetensors(tensors);
      writeFlushed(join(temporary, "tensors.safetensors"), packed);
      const facts = { bytes: packed.length, sha256: sha256(packed) };
      writeFlushed(join(temporary, "state.json"), JSON.stringify({ ...state, tensors: facts }, null, 1));
      renameSync(temporary, join(folder, name));
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  });
  for (const old of checkpointNames(folder)) {
    if (old !== name) rmSync(join(folder, old), { recursive: true, force: true });
  }
}

/** The newest checkpoint of a run, or undefined. One that is damaged is refused, not skipped. */
export function loadCheckpoint(folder: string): Checkpoint | undefined {
  removeLeftovers(folder);
  const name = checkpointNames(folder).at(-1);
  if (name === undefined) return undefined;
  const path = join(folder, name);
  const { tensors: facts, ...state } = readState(path);
  const packed = existsSync(join(path, "tensors.safetensors"))
    ? readFileSync(join(path, "tensors.safetensors"))
    : new Uint8Array();
  if (sha256(packed) !== facts.sha256) {
    throw new FailureError(
      `Resuming from ${path}: tensors.safetensors is ${
        packed.length < facts.bytes ? "cut short" : "altered"
      } ` +
        `(${packed.length} bytes, ${facts.bytes} expected); remove that folder to start the run anew.`,
    );
  }
  return { ...state, tensors: unpackSafetensors(packed, path) };
}

function readState(
  path: string,
): Omit<Checkpoint, "tensors"> & { tensors: { bytes: number; sha256: string } } {
  try {
    return JSON.parse(readFileSync(join(path, "state.json"), "utf8"));
  } catch {
    throw new FailureError(
      `Resuming from ${path}: state.json is cut short or missing; remove that folder to start anew.`,
    );
  }
}

function checkpointNames(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => /^checkpoint-\d+$/.test(name)).sort();
}

/** Temporary folders of processes that were killed while saving. The caller holds the run's lock. */
function removeLeftovers(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith(".tmp"))) {
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}
