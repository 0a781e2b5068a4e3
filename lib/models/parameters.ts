import { type RandomStream, randomStream, randomUniform } from "../ops/random.ts";
import type { NormParameters, NormStatistics } from "../ops/batch_norm.ts";
import { tf } from "../ops/tensorflow.ts";
import { checkLayers } from "./check_layers.ts";
import { type Life, type NamedLayer, nameLayers, type NetworkSpec } from "./network.ts";

/** A named trainable variable, e.g. `conv2.norm.gamma`. */
export interface Parameter {
  name: string;
  value: tf.Variable;
  /** Whether weight decay applies (decoupled recipes spare tensors of one dimension; L2 recipes spare none). */
  decays: boolean;
}

/** A network spec with its one set of parameters, used by both lives, and the norm statistics of each life. */
export interface Network {
  spec: NetworkSpec;
  layers: NamedLayer[];
  parameters: ReadonlyMap<string, Parameter>;
  /** Running statistics per norm, e.g. `statistics.snn.get("conv1.norm")`. */
  statistics: Record<Life, ReadonlyMap<string, NormStatistics>>;
}

/**
 * Makes a network with PyTorch's default initialisation: kernels (kaiming-uniform with a = sqrt 5) and biases uniform
 * in +-1 / sqrt(fan-in), gamma 1, beta 0, running mean 0 and variance 1. `seed` >= 1.
 */
export function createNetwork(spec: NetworkSpec, seed: number): Network {
  checkLayers(spec);
  const layers = nameLayers(spec);
  const parameters = layers.flatMap((layer) =>
    layerParameters(layer, randomStream(seed, "initialisation", layer.name))
  );
  return withParameters(spec, layers, parameters);
}

/** A network of given values, by parameter name; they are copied. Running mean 0 and variance 1. */
export function networkOfValues(spec: NetworkSpec, values: ReadonlyMap<string, tf.Tensor>): Network {
  checkLayers(spec);
  const parameters = [...values].map(([name, value]) => createParameter(name, tf.clone(value)));
  return withParameters(spec, nameLayers(spec), parameters);
}

function withParameters(spec: NetworkSpec, layers: NamedLayer[], parameters: Parameter[]): Network {
  return {
    spec,
    layers,
    parameters: new Map(parameters.map((parameter) => [parameter.name, parameter])),
    statistics: { ann: createStatistics(layers), snn: createStatistics(layers) },
  };
}

function layerParameters(layer: NamedLayer, random: RandomStream): Parameter[] {
  if (layer.type === "maxpool") return [];
  const fanIn = layer.kernel.slice(0, -1).reduce((product, axis) => product * axis, 1);
  const channels = layer.kernel.at(-1) as number;
  const initial = (name: string, shape: number[]) =>
    createParameter(`${layer.name}.${name}`, initialWeights(shape, fanIn, random));
  const weights = [initial("kernel", layer.kernel), ...(layer.bias ? [initial("bias", [channels])] : [])];
  if (layer.type === "linear" || !layer.norm) return weights;
  return [
    ...weights,
    createParameter(`${layer.name}.norm.gamma`, tf.ones([channels])),
    createParameter(`${layer.name}.norm.beta`, tf.zeros([channels])),
  ];
}

function createParameter(name: string, initial: tf.Tensor): Parameter {
  const value = tf.variable(initial, true);
  initial.dispose();
  return { name, value, decays: value.rank > 1 };
}

function initialWeights(shape: number[], fanIn: number, random: RandomStream): tf.Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  const bound = 1 / Math.sqrt(fanIn);
  return tf.tensor(randomUniform(random, size, -bound, bound), shape);
}

function createStatistics(layers: NamedLayer[]): ReadonlyMap<string, NormStatistics> {
  const normed = layers.flatMap((layer) => layer.type === "conv" && layer.norm ? [layer] : []);
  return new Map(normed.map((layer) => [`${layer.name}.norm`, {
    mean: tf.tidy(() => tf.variable(tf.zeros([layer.kernel[3]]), false) as tf.Variable<tf.Rank.R1>),
    variance: tf.tidy(() => tf.variable(tf.ones([layer.kernel[3]]), false) as tf.Variable<tf.Rank.R1>),
  }]));
}

/** The value of a parameter; an unknown name is a defect of the caller. */
export function parameterValue<T extends tf.Tensor = tf.Tensor>(network: Network, name: string): T {
  const parameter = network.parameters.get(name);
  if (parameter === undefined) throw new Error(`The network has no parameter "${name}".`);
  return parameter.value as unknown as T;
}

/** Scale and shift of a norm, shared by both lives. */
export function normParameters(network: Network, norm: string): NormParameters {
  return {
    gamma: parameterValue<tf.Tensor1D>(network, `${norm}.gamma`),
    beta: parameterValue<tf.Tensor1D>(network, `${norm}.beta`),
  };
}

/** Running statistics of a norm in one life. */
export function normStatistics(network: Network, life: Life, norm: string): NormStatistics {
  const statistics = network.statistics[life].get(norm);
  if (statistics === undefined) throw new Error(`The network has no norm "${norm}".`);
  return statistics;
}

/** Number of trainable scalars; shared ones count once. */
export function countParameters(network: Network): number {
  return [...network.parameters.values()].reduce((total, parameter) => total + parameter.value.size, 0);
}

/** Number of classes: units of the last layer. */
export function countClasses(network: Network): number {
  return network.layers.at(-1)?.output.at(-1) as number;
}

/** Every variable under its name: parameters, and statistics as `NORM.LIFE.mean` and `NORM.LIFE.variance`. */
export function networkVariables(network: Network): Map<string, tf.Variable> {
  const variables = new Map([...network.parameters].map(([name, parameter]) => [name, parameter.value]));
  for (const life of ["ann", "snn"] as const) {
    for (const [norm, { mean, variance }] of network.statistics[life]) {
      variables.set(`${norm}.${life}.mean`, mean as unknown as tf.Variable);
      variables.set(`${norm}.${life}.variance`, variance as unknown as tf.Variable);
    }
  }
  return variables;
}

/** Frees every variable of the network. */
export function disposeNetwork(network: Network): void {
  for (const variable of networkVariables(network).values()) variable.dispose();
}
