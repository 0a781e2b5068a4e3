import { tf } from "../ops/tensorflow.ts";

/** The tensors that an optimiser keeps beside the parameters, made of zeros when they are first asked for. */
export class Moments {
  readonly #variables = new Map<string, tf.Variable>();

  /** The variable of this name. */
  of(name: string, shape: number[]): tf.Variable {
    let variable = this.#variables.get(name);
    if (variable === undefined) {
      variable = tf.variable(tf.zeros(shape), false);
      this.#variables.set(name, variable);
    }
    return variable;
  }

  get variables(): ReadonlyMap<string, tf.Variable> {
    return this.#variables;
  }

  restore(tensors: ReadonlyMap<string, tf.Tensor>): void {
    for (const [name, tensor] of tensors) this.of(name, tensor.shape).assign(tensor);
  }

  dispose(): void {
    for (const variable of this.#variables.values()) variable.dispose();
    this.#variables.clear();
  }
}
