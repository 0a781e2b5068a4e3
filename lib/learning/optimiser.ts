import type { Parameter } from "../models/model.ts";
import { tf } from "../ops/tensorflow.ts";

/** Gradients by parameter name. */
export type Gradients = ReadonlyMap<string, tf.Tensor>;

/** Changes parameters along their gradients; its state can be saved and restored. */
export interface Optimiser {
  /** One step; gradients stay the caller's. */
  apply(parameters: ReadonlyMap<string, Parameter>, gradients: Gradients, learningRate: number): void;
  /** Steps done. */
  readonly steps: number;
  /** The state's tensors by name, owned by the optimiser. */
  variables(): ReadonlyMap<string, tf.Variable>;
  /** Continues from a saved state: step number and tensors under the names of `variables()`. */
  restore(steps: number, tensors: ReadonlyMap<string, tf.Tensor>): void;
  dispose(): void;
}

/** The parameter that a gradient belongs to. */
export function parameterOf(parameters: ReadonlyMap<string, Parameter>, name: string): Parameter {
  const parameter = parameters.get(name);
  if (parameter === undefined) throw new Error(`There is a gradient for "${name}" but no such parameter.`);
  return parameter;
}
