import type { Norm } from "../ops/batch_norm.ts";
import { randomNormal } from "../ops/random_distributions.ts";
import { randomStream, randomUniform } from "../ops/random.ts";
import { tf } from "../ops/tensorflow.ts";
import type { Parameter } from "./model.ts";

/** How a tensor's values start. */
export type Initial = { uniform: number } | { normal: number } | { constant: number };

/** Gives a tensor of this name and shape its initial values. */
export type Fill = (name: string, shape: number[], initial: Initial) => tf.Tensor;

/** Kernel and bias of a convolution or linear layer: a value, so whoever is handed it shares it. */
export interface Weights<Kernel extends tf.Tensor> {
  kernel: Kernel;
  bias: tf.Tensor1D;
}

/** Creates a model's parameters and norm statistics, each once and under its name. */
export class Maker {
  readonly parameters: Map<string, Parameter> = new Map();
  readonly statistics: Map<string, tf.Variable> = new Map();
  readonly #fill: Fill;

  constructor(fill: Fill) {
    this.#fill = fill;
  }

  /** A trainable tensor; one dimension does not decay in recipes that spare such. */
  parameter<T extends tf.Tensor>(name: string, shape: number[], initial: Initial): T {
    const value = variable(this.#fill(name, shape, initial), true);
    this.parameters.set(name, { name, value, decays: shape.length > 1 });
    return value as unknown as T;
  }

  /** Kernel of any shape [..., out] and bias, both uniform in +-1 / sqrt(fan-in): PyTorch's default. */
  weights<Kernel extends tf.Tensor>(name: string, shape: number[], fanIn = fanInOf(shape)): Weights<Kernel> {
    const initial = { uniform: 1 / Math.sqrt(fanIn) };
    return {
      kernel: this.parameter<Kernel>(`${name}.kernel`, shape, initial),
      bias: this.parameter<tf.Tensor1D>(`${name}.bias`, [shape.at(-1) as number], initial),
    };
  }

  /** Depthwise kernel [size, size, C, 1] and bias [C], by the same default; a filter sees size^2 values. */
  depthwise(name: string, size: number, channels: number): Weights<tf.Tensor4D> {
    const initial = { uniform: 1 / size };
    return {
      kernel: this.parameter<tf.Tensor4D>(`${name}.kernel`, [size, size, channels, 1], initial),
      bias: this.parameter<tf.Tensor1D>(`${name}.bias`, [channels], initial),
    };
  }

  /** Kernel without bias, normal with sd sqrt(2 / fan-in): kaiming-normal, arXiv 1502.01852. */
  kaimingNormal(name: string, shape: number[]): tf.Tensor4D {
    return this.parameter(`${name}.kernel`, shape, { normal: Math.sqrt(2 / fanInOf(shape)) });
  }

  /** Matrix [in, out] without bias, by PyTorch's default. */
  matrix(name: string, inputs: number, outputs: number): tf.Tensor2D {
    return this.parameter(`${name}.kernel`, [inputs, outputs], { uniform: 1 / Math.sqrt(inputs) });
  }

  /** Batch norm: gamma 1, beta 0, running mean 0 and variance 1. */
  norm(name: string, channels: number): Norm {
    return {
      gamma: this.parameter<tf.Tensor1D>(`${name}.gamma`, [channels], { constant: 1 }),
      beta: this.parameter<tf.Tensor1D>(`${name}.beta`, [channels], { constant: 0 }),
      mean: this.#statistic(`${name}.mean`, channels, 0),
      variance: this.#statistic(`${name}.variance`, channels, 1),
    };
  }

  #statistic(name: string, channels: number, value: number): tf.Variable<tf.Rank.R1> {
    const statistic = variable(tf.fill([channels], value), false);
    this.statistics.set(name, statistic);
    return statistic as unknown as tf.Variable<tf.Rank.R1>;
  }
}

/** Random values by the seed and the tensor's name: they do not depend on the order of creation. `seed` >= 1. */
export function randomFill(seed: number): Fill {
  return (name, shape, initial) => {
    if ("constant" in initial) return tf.fill(shape, initial.constant);
    const stream = randomStream(seed, "initialisation", name);
    const size = sizeOf(shape);
    const values = "uniform" in initial
      ? randomUniform(stream, size, -initial.uniform, initial.uniform)
      : Float32Array.from({ length: size }, () => initial.normal * randomNormal(stream));
    return tf.tensor(values, shape);
  };
}

/** Zeros: for models that are only counted, or get their values from elsewhere. */
export const zeroFill: Fill = (_name, shape) => tf.zeros(shape);

function variable(initial: tf.Tensor, trainable: boolean): tf.Variable {
  const value = tf.variable(initial, trainable);
  initial.dispose();
  return value;
}

function fanInOf(shape: number[]): number {
  return sizeOf(shape.slice(0, -1));
}

function sizeOf(shape: number[]): number {
  return shape.reduce((product, axis) => product * axis, 1);
}
