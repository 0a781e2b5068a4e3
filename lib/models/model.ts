import type { tf } from "../ops/tensorflow.ts";

/** A named trainable variable, e.g. `conv2.norm.gamma`. */
export interface Parameter {
  name: string;
  value: tf.Variable;
  /** Whether weight decay applies (decoupled recipes spare tensors of one dimension; L2 recipes spare none). */
  decays: boolean;
}

/** Whatever can be trained, saved and counted. */
export interface Model {
  readonly classes: number;
  /** Every trainable variable once, however often it is used. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Running statistics of norms under their names, e.g. `stem.norm.mean`. */
  readonly statistics: ReadonlyMap<string, tf.Variable>;
}

/** Every variable under its name: parameters, then statistics. */
export function modelVariables({ parameters, statistics }: Model): Map<string, tf.Variable> {
  return new Map([...[...parameters].map(([name, { value }]) => [name, value] as const), ...statistics]);
}

/** Number of trainable scalars; shared ones count once. */
export function countParameters({ parameters }: Model): number {
  return [...parameters.values()].reduce((total, { value }) => total + value.size, 0);
}

/** Frees every variable of the model. */
export function disposeModel(model: Model): void {
  for (const variable of modelVariables(model).values()) variable.dispose();
}
