import type { Parameter } from "../models/model.ts";
import { type SgdOptions, sgdStep } from "../ops/sgd_step.ts";
import type { tf } from "../ops/tensorflow.ts";
import { Moments } from "./moments.ts";
import { type Gradients, type Optimiser, parameterOf } from "./optimiser.ts";

/** Stochastic gradient descent with momentum, as `torch.optim.SGD`: g += decay w; u = momentum u + g; w -= lr u. */
export class Sgd implements Optimiser {
  readonly #options: SgdOptions;
  readonly #moments = new Moments();
  #steps = 0;

  constructor(options: SgdOptions) {
    this.#options = options;
  }

  get steps(): number {
    return this.#steps;
  }

  apply(parameters: ReadonlyMap<string, Parameter>, gradients: Gradients, learningRate: number): void {
    this.#steps++;
    const updates = [...gradients].map(([name, gradient]) => {
      const { value } = parameterOf(parameters, name);
      return { value, gradient, velocity: this.#moments.of(`${name}.sgd.velocity`, value.shape) };
    });
    sgdStep(updates, this.#options, learningRate);
  }

  variables(): ReadonlyMap<string, tf.Variable> {
    return this.#moments.variables;
  }

  restore(steps: number, tensors: ReadonlyMap<string, tf.Tensor>): void {
    this.#steps = steps;
    this.#moments.restore(tensors);
  }

  dispose(): void {
    this.#moments.dispose();
  }
}
