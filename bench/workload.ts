import type { HostTensor } from "../lib/ops/safetensors.ts";

/** A workload as our side runs it. */
export interface Workload {
  name: string;
  /** Images of one step. */
  images: number;
  /** Builds the model; the steps that follow all do the same work. */
  setUp(): Promise<Running>;
}

/** A workload that is ready to run. */
export interface Running {
  /** One step; the loss or the number of output spikes, by which sides are compared. */
  step(): number | Promise<number>;
  /** Spikes of every neuron over T, [N, ...] by layer; only where the workload spikes. */
  spikes?(): Map<string, HostTensor>;
  dispose(): void;
}

/** The tensors that every side of a workload starts from: images, labels, weights. */
export type Inputs = ReadonlyMap<string, HostTensor>;
