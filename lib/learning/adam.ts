import type { Parameter } from "../models/model.ts";
import { tf } from "../ops/tensorflow.ts";
import { type AdamOptions, adamStep } from "../ops/adam_step.ts";
import type { Gradients, Optimiser } from "./optimiser.ts";

/**
 * Adam with L2 decay, as `torch.optim.Adam(weight_decay=...)`:
 * g += decay w; m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w -= lr (m / (1 - b1^k)) / (sqrt(v / (1 - b2^k)) + eps).
 * Source: Kingma and Ba, arXiv 1412.6980, algorithm 1.
 */
export class Adam implements Optimiser {
  readonly #options: AdamOptions;
  readonly #moments = new Map<string, tf.Variable>();
  #steps = 0;

  constructor(options: AdamOptions) {
    this.#options = options;
  }

  get steps(): number {
    return this.#steps;
  }

  apply(parameters: ReadonlyMap<string, Parameter>, gradients: Gradients, learningRate: number): void {
    this.#steps++;
    const updates = [...gradients].map(([name, gradient]) => {
      const parameter = parameters.get(name);
      if (parameter === undefined) {
        throw new Error(`There is a gradient for "${name}" but no such parameter.`);
      }
      const { value } = parameter;
      const first = this.#moment(`${name}.adam.m`, value.shape);
      return { value, gradient, first, second: this.#moment(`${name}.adam.v`, value.shape) };
    });
    adamStep(updates, this.#options, learningRate, this.#steps);
  }

  #moment(name: string, shape: number[]): tf.Variable {
    let moment = this.#moments.get(name);
    if (moment === undefined) {
      moment = tf.variable(tf.zeros(shape), false);
      this.#moments.set(name, moment);
    }
    return moment;
  }

  variables(): ReadonlyMap<string, tf.Variable> {
    return this.#moments;
  }

  restore(steps: number, tensors: ReadonlyMap<string, tf.Tensor>): void {
    this.#steps = steps;
    for (const [name, tensor] of tensors) this.#moment(name, tensor.shape).assign(tensor);
  }

  dispose(): void {
    for (const moment of this.#moments.values()) moment.dispose();
    this.#moments.clear();
  }
}
