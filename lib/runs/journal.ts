import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { writeWhole } from "../files.ts";
import type { Took } from "../learning/fit.ts";
import type { EpochLine } from "../learning/metrics.ts";
import { modelVariables } from "../models/model.ts";
import { tf } from "../ops/tensorflow.ts";
import type { Assembly } from "./assemble/assemble.ts";
import { type Checkpoint, loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { arithmetic, differences } from "./arithmetic.ts";
import { peakMemory, thisSession } from "./provenance.ts";
import type { Cost, Session, TrainingSession } from "./record.ts";
import { assignTensors, hostTensors } from "./weights.ts";

export interface JournalOptions {
  /** The run's name in errors. */
  row: string;
  /** Whether a checkpoint is taken that was made with other kernels, threads or sources. */
  resumeChanged?: boolean;
}

/** What a run has done so far: epoch lines and cost, saved with the network after every epoch. */
export class Journal {
  readonly #folder: string;
  readonly #assembly: Assembly;
  readonly #state: Omit<Checkpoint, "tensors" | "optimiserSteps" | "sessions">;
  readonly #earlierSeconds: number;
  readonly #sessions: TrainingSession[];
  readonly #start = performance.now();
  readonly #session: TrainingSession = { ...thisSession(), epochs: 0 };

  /** Goes on from the checkpoint in `folder`, if there is one. */
  constructor(folder: string, assembly: Assembly, { row, resumeChanged }: JournalOptions) {
    this.#folder = folder;
    this.#assembly = assembly;
    const saved = loadCheckpoint(folder);
    if (saved !== undefined) {
      if (resumeChanged !== true) refuseChange(row, folder, saved.sessions?.at(-1));
      restore(assembly, saved, folder);
    }
    const none = { wallSeconds: 0, trainingSeconds: 0, waitingSeconds: 0, peakMemory: 0 };
    const fresh = { curve: [], startedAt: this.#session.startedAt };
    const { tensors: _tensors, optimiserSteps: _steps, sessions = [], ...state } = saved ??
      { ...fresh, tensors: undefined, optimiserSteps: 0, sessions: [] };
    this.#state = { ...none, ...state };
    this.#earlierSeconds = this.#state.wallSeconds;
    this.#sessions = [...sessions, this.#session];
    this.#writeLines();
  }

  /** The processes that finished an epoch or more, and this one. */
  get sessions(): TrainingSession[] {
    return this.#sessions;
  }

  get curve(): EpochLine[] {
    return this.#state.curve;
  }

  get startedAt(): string {
    return this.#state.startedAt;
  }

  /** Takes in a finished epoch and saves the checkpoint. */
  add(line: EpochLine, { training, waiting }: Took): void {
    this.#state.curve.push(line);
    this.#session.epochs++;
    this.#state.trainingSeconds += training;
    this.#state.waitingSeconds += waiting;
    this.#measure();
    const { model, optimiser } = this.#assembly;
    const variables = new Map([...modelVariables(model), ...optimiser.variables()]);
    saveCheckpoint(this.#folder, {
      ...this.#state,
      sessions: this.#sessions,
      optimiserSteps: optimiser.steps,
      tensors: hostTensors(variables),
    });
    this.#writeLines();
  }

  cost(imagesPerEpoch: number): Cost {
    this.#measure();
    const { curve, trainingSeconds, waitingSeconds, wallSeconds, peakMemory } = this.#state;
    const imagesPerSecond = curve.length === 0 ? 0 : curve.length * imagesPerEpoch / trainingSeconds;
    const waitingShare = curve.length === 0 ? 0 : waitingSeconds / trainingSeconds;
    return { wallSeconds, imagesPerSecond, waitingShare, peakMemory, sessions: this.#sessions.length };
  }

  #measure(): void {
    this.#state.wallSeconds = this.#earlierSeconds + (performance.now() - this.#start) / 1000;
    this.#state.peakMemory = Math.max(this.#state.peakMemory, peakMemory());
  }

  /** `epochs.jsonl`, one line per finished epoch, for whoever watches; the checkpoint is the truth. */
  #writeLines(): void {
    writeWhole(
      join(this.#folder, "epochs.jsonl"),
      this.curve.map((line) => JSON.stringify(line) + "\n").join(""),
    );
  }
}

/** Goes on bit for bit, or not at all unless told: elsewhere the same epochs come to other numbers. */
function refuseChange(row: string, folder: string, there: Partial<Session> = {}): void {
  const changes = differences(there, arithmetic());
  if (changes.length === 0) return;
  throw new UsageError(
    `Resuming ${row}: its checkpoint was made otherwise (${
      changes.join("; ")
    }), so that it would not end with the ` +
      `record of an unbroken run; run it as it was (commit ${
        there.gitCommit ?? "unknown"
      }), or add --resume-changed (resumeChanged: true in a notebook), ` +
      `which the record then tells, or remove ${folder} to start anew.`,
  );
}

function restore({ model, optimiser }: Assembly, saved: Checkpoint, folder: string): void {
  const fix = "remove it to start the run anew";
  const others = assignTensors(modelVariables(model), saved.tensors, `the checkpoint in ${folder}`, fix);
  tf.tidy(() => {
    const state = [...others].map(([name, { values, shape }]) => [name, tf.tensor(values, shape)] as const);
    optimiser.restore(saved.optimiserSteps, new Map(state));
  });
}
