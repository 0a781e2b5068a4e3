import type { Parameter } from "../models/parameters.ts";
import { tf } from "../ops/tensorflow.ts";
import type { Gradients, Optimiser } from "./optimiser.ts";

export interface AdamOptions {
  beta1: number;
  beta2: number;
  epsilon: number;
  /** L2 decay: added to the gradient as weightDecay * parameter, for every parameter. */
  weightDecay: number;
}

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
    for (const [name, gradient] of gradients) {
      const parameter = parameters.get(name);
      if (parameter === undefined) {
        throw new Error(`There is a gradient for "${name}" but no such parameter.`);
      }
      tf.tidy(() => this.#update(parameter, gradient, learningRate));
    }
  }

  #update({ name, value }: Parameter, gradient: tf.Tensor, learningRate: number): void {
    const { beta1, beta2, epsilon, weightDecay } = this.#options;
    const g = tf.add(gradient, tf.mul(value, weightDecay));
    const m = this.#moment(`${name}.adam.m`, value.shape);
    const v = this.#moment(`${name}.adam.v`, value.shape);
    m.assign(tf.add(tf.mul(m, beta1), tf.mul(g, 1 - beta1)));
    v.assign(tf.add(tf.mul(v, beta2), tf.mul(tf.square(g), 1 - beta2)));
    const scale = learningRate / (1 - beta1 ** this.#steps);
    const spread = tf.add(tf.mul(tf.sqrt(v), 1 / Math.sqrt(1 - beta2 ** this.#steps)), epsilon);
    value.assign(tf.sub(value, tf.div(tf.mul(m, scale), spread)));
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
