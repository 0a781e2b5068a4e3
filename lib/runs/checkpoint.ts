import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { FailureError } from "../errors.ts";
import { readBytes, writeFlushed, writing } from "../files.ts";
import {
  fields,
  finite,
  listOf,
  natural,
  optional,
  readJson,
  sha256Text,
  type Shape,
  text,
} from "../json.ts";
import { sha256 } from "../data/verify.ts";
import type { EpochLine } from "../learning/metrics.ts";
import type { TrainingSession } from "./record.ts";
import { type HostTensor, packSafetensors, parseSafetensors } from "../ops/safetensors.ts";
import { epochShape, sessionShape } from "./record_shape.ts";
import { sumOf } from "./seal.ts";

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
      const kept = { ...state, tensors: facts, run: basename(folder) };
      writeFlushed(join(temporary, "state.json"), JSON.stringify({ ...kept, sum: sumOf(kept) }, null, 1));
      renameSync(temporary, join(folder, name));
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  });
  for (const old of checkpointNames(folder)) {
    if (old !== name) rmSync(join(folder, old), { recursive: true, force: true });
  }
}

/** What the newest checkpoint of a run says of its epochs, without the tensors; undefined where there is none. */
export function checkpointState(folder: string): Omit<Checkpoint, "tensors"> | undefined {
  const name = checkpointNames(folder).at(-1);
  return name === undefined ? undefined : readState(folder, name);
}

function readState(folder: string, name: string): State {
  const path = join(folder, name);
  const fix = `remove ${path} to start the run anew`;
  return readJson(join(path, "state.json"), {
    what: "the checkpoint",
    shape: stateOf(basename(folder)),
    fix,
  });
}

/** The newest checkpoint of a run, or undefined. One that is damaged, or another run's, is refused, not skipped. */
export function loadCheckpoint(folder: string): Checkpoint | undefined {
  removeLeftovers(folder);
  const name = checkpointNames(folder).at(-1);
  if (name === undefined) return undefined;
  const path = join(folder, name);
  const fix = `remove ${path} to start the run anew`;
  const what = "the checkpoint";
  const { tensors: facts, sum: _sum, run: _run, ...state } = readState(folder, name);
  const packed = readBytes(join(path, "tensors.safetensors"), { what, fix });
  if (sha256(packed) !== facts.sha256) {
    const how = packed.length < facts.bytes ? "cut short" : "altered";
    throw new FailureError(
      `Reading the checkpoint ${path}: tensors.safetensors is ${how} (${packed.length} bytes, ${facts.bytes} expected); ` +
        `${fix}.`,
    );
  }
  return { ...state, tensors: parseSafetensors(packed, path, fix).tensors };
}

/** `state.json`: the state without its tensors, of which it holds the sum; the run's hash; the sum of all that. */
interface State extends Omit<Checkpoint, "tensors"> {
  tensors: { bytes: number; sha256: string };
  run?: string;
  sum?: string;
}

const STATE = fields({
  curve: listOf(epochShape),
  optimiserSteps: natural,
  startedAt: text,
  ...{ wallSeconds: finite, trainingSeconds: finite, waitingSeconds: finite, peakMemory: finite },
  sessions: optional(listOf(sessionShape)),
  tensors: fields({ bytes: natural, sha256: sha256Text }),
  run: optional(text),
  sum: optional(sha256Text),
});

/** The state of the run of this hash. Older versions wrote neither hash nor sum. */
function stateOf(run: string): Shape<State> {
  return (value) => {
    const state = STATE(value) as State;
    const { sum, ...rest } = state;
    if (sum !== undefined && sum !== sumOf(rest)) {
      throw new Error("it was altered: its content has another sum");
    }
    if (state.run === undefined || state.run === run) return state;
    throw new Error(`it is of the run ${state.run}, not of ${run}`);
  };
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
