import { join } from "node:path";
import { writeWhole } from "../files.ts";
import type { Took } from "../learning/fit.ts";
import type { EpochLine } from "../learning/metrics.ts";
import { modelVariables } from "../models/model.ts";
import type { HostTensor } from "../ops/safetensors.ts";
import { tf } from "../ops/tensorflow.ts";
import type { Assembly } from "./assemble.ts";
import { type Checkpoint, loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { peakMemory } from "./provenance.ts";
import type { Cost } from "./record.ts";

/** What a run has done so far: epoch lines and cost, saved with the network after every epoch. */
export class Journal {
  readonly #folder: string;
  readonly #assembly: Assembly;
  readonly #state: Omit<Checkpoint, "tensors" | "optimiserSteps">;
  readonly #earlierSeconds: number;
  readonly #start = performance.now();

  constructor(folder: string, assembly: Assembly) {
    this.#folder = folder;
    this.#assembly = assembly;
    const saved = loadCheckpoint(folder);
    if (saved !== undefined) restore(assembly, saved);
    const none = { wallSeconds: 0, trainingSeconds: 0, waitingSeconds: 0 };
    const fresh = { curve: [], startedAt: new Date().toISOString(), ...none };
    const { tensors: _tensors, optimiserSteps: _steps, ...state } = saved ??
      { ...fresh, peakMemory: 0, sessions: 0, tensors: undefined, optimiserSteps: 0 };
    this.#state = { ...none, ...state, sessions: state.sessions + 1 };
    this.#earlierSeconds = state.wallSeconds;
    this.#writeLines();
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
    this.#state.trainingSeconds += training;
    this.#state.waitingSeconds += waiting;
    this.#measure();
    const { model, optimiser } = this.#assembly;
    const variables = new Map([...modelVariables(model), ...optimiser.variables()]);
    saveCheckpoint(this.#folder, {
      ...this.#state,
      optimiserSteps: optimiser.steps,
      tensors: hostTensors(variables),
    });
    this.#writeLines();
  }

  cost(imagesPerEpoch: number): Cost {
    this.#measure();
    const { curve, trainingSeconds, waitingSeconds, wallSeconds, peakMemory, sessions } = this.#state;
    const imagesPerSecond = curve.length === 0 ? 0 : curve.length * imagesPerEpoch / trainingSeconds;
    const waitingShare = curve.length === 0 ? 0 : waitingSeconds / trainingSeconds;
    return { wallSeconds, imagesPerSecond, waitingShare, peakMemory, sessions };
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

function restore({ model, optimiser }: Assembly, saved: Checkpoint): void {
  tf.tidy(() => {
    const tensors = new Map(
      [...saved.tensors].map(([name, { values, shape }]) => [name, tf.tensor(values, shape)]),
    );
    for (const [name, variable] of modelVariables(model)) {
      const tensor = tensors.get(name);
      if (tensor === undefined) throw new Error(`The checkpoint has no "${name}".`);
      variable.assign(tensor);
      tensors.delete(name);
    }
    optimiser.restore(saved.optimiserSteps, tensors);
  });
}

/** Copies variables out of TensorFlow. */
export function hostTensors(variables: ReadonlyMap<string, tf.Tensor>): Map<string, HostTensor> {
  return new Map([...variables].map(([name, variable]) => {
    return [name, { shape: variable.shape, values: variable.dataSync() as Float32Array }];
  }));
}
