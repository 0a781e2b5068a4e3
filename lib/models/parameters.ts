import { UsageError } from "../errors.ts";
import { type RandomStream, randomStream, randomUniform } from "../ops/random.ts";
import { randomNormal } from "../ops/random_distributions.ts";
import type { NormParameters, NormStatistics } from "../ops/batch_norm.ts";
import { tf } from "../ops/tensorflow.ts";
import { checkLayers } from "./check_layers.ts";
import type { Model, Parameter } from "./model.ts";
import { type Life, type NamedLayer, nameLayers, type NetworkSpec, type WeightedLayer } from "./network.ts";
import { hasWeights } from "./walk.ts";

/** A network spec with its one set of parameters, however many layers and lives use each, and the norm statistics of each life. */
export interface Network extends Model {
  spec: NetworkSpec;
  layers: NamedLayer[];
  /** Running statistics per norm of each life, e.g. `norms.snn.get("conv1.norm")`. */
  norms: Record<Life, ReadonlyMap<string, NormStatistics>>;
}

/**
 * Makes a network with PyTorch's default initialisation: kernels (kaiming-uniform with a = sqrt 5) and biases uniform
 * in +-1 / sqrt(fan-in), gamma 1 (or normal around 0 with `scaleDeviation`), beta 0, running mean 0 and variance 1.
 * `seed` >= 1.
 */
export function createNetwork(
  spec: NetworkSpec,
  seed: number,
  { scaleDeviation }: { scaleDeviation?: number | undefined } = {},
): Network {
  checkLayers(spec);
  const layers = nameLayers(spec);
  const stream = (name: string) => randomStream(seed, "initialisation", name);
  const gamma = (norm: string, channels: number) =>
    scaleDeviation === undefined
      ? tf.ones([channels])
      : normalValues(stream(`${norm}.gamma`), channels, scaleDeviation);
  const parameters = layers.flatMap((layer) => layerParameters(layer, stream(layer.name), gamma));
  return withParameters(spec, layers, parameters);
}

/** A network of given values, by parameter name; they are copied. Running mean 0 and variance 1. */
export function networkOfValues(spec: NetworkSpec, values: ReadonlyMap<string, tf.Tensor>): Network {
  checkLayers(spec);
  const parameters = [...values].map(([name, value]) => createParameter(name, tf.clone(value)));
  return withParameters(spec, nameLayers(spec), parameters);
}

function withParameters(spec: NetworkSpec, layers: NamedLayer[], parameters: Parameter[]): Network {
  const norms = { ann: createStatistics(layers), snn: createStatistics(layers) };
  return {
    spec,
    layers,
    classes: layers.at(-1)?.output.at(-1) as number,
    parameters: new Map(parameters.map((parameter) => [parameter.name, parameter])),
    norms,
    statistics: statisticsByName(norms),
  };
}

function layerParameters(
  layer: NamedLayer,
  random: RandomStream,
  gamma: (norm: string, channels: number) => tf.Tensor,
): Parameter[] {
  if (!hasWeights(layer)) return [];
  const channels = layer.kernel.at(-1) as number;
  const initial = (name: string, shape: number[]) =>
    createParameter(`${layer.name}.${name}`, initialWeights(shape, fanInOf(layer), random));
  const weights = layer.owner === layer.name
    ? [initial("kernel", layer.kernel), ...(layer.bias ? [initial("bias", [channels])] : [])]
    : [];
  if (!layer.norm) return weights;
  return [
    ...weights,
    createParameter(`${layer.name}.norm.gamma`, gamma(`${layer.name}.norm`, channels)),
    createParameter(`${layer.name}.norm.beta`, tf.zeros([channels])),
  ];
}

/** Numbers that a unit adds up, those of all positions where it sums over them. */
export function fanInOf(layer: WeightedLayer): number {
  const added = layer.type === "linear" ? layer.input : layer.kernel.slice(0, -1);
  return added.reduce((product, axis) => product * axis, 1);
}

function createParameter(name: string, initial: tf.Tensor): Parameter {
  const value = tf.variable(initial, true);
  initial.dispose();
  return { name, value, decays: value.rank > 1 };
}

/** Numbers uniform in +-1 / sqrt(fan-in), PyTorch's default for kernels and biases. */
export function initialWeights(shape: number[], fanIn: number, random: RandomStream): tf.Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  const bound = 1 / Math.sqrt(fanIn);
  return tf.tensor(randomUniform(random, size, -bound, bound), shape);
}

function normalValues(random: RandomStream, size: number, deviation: number): tf.Tensor {
  return tf.tensor1d(Float32Array.from({ length: size }, () => deviation * randomNormal(random)));
}

function createStatistics(layers: NamedLayer[]): ReadonlyMap<string, NormStatistics> {
  const normed = layers.filter(hasWeights).filter(({ norm }) => norm);
  return new Map(normed.map(({ name, output }) => {
    const channels: [number] = [output.at(-1) as number];
    return [`${name}.norm`, {
      mean: tf.tidy(() => tf.variable(tf.zeros(channels), false) as tf.Variable<tf.Rank.R1>),
      variance: tf.tidy(() => tf.variable(tf.ones(channels), false) as tf.Variable<tf.Rank.R1>),
    }];
  }));
}

/** The value of a parameter. Throws a UsageError for a name that the model does not have. */
export function parameterValue<T extends tf.Tensor = tf.Tensor>(
  { parameters }: Pick<Model, "parameters">,
  name: string,
): T {
  const parameter = parameters.get(name);
  if (parameter !== undefined) return parameter.value as unknown as T;
  throw new UsageError(
    `Looking for the parameter "${name}": it is unknown; use one of ${[...parameters.keys()].join(", ")}.`,
  );
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
  const statistics = network.norms[life].get(norm);
  if (statistics === undefined) throw new Error(`The network has no norm "${norm}".`);
  return statistics;
}

/** The statistics as `NORM.LIFE.mean` and `NORM.LIFE.variance`. */
function statisticsByName(norms: Network["norms"]): Map<string, tf.Variable> {
  const named = (["ann", "snn"] as const).flatMap((life) =>
    [...norms[life]].flatMap(([norm, { mean, variance }]) => [
      [`${norm}.${life}.mean`, mean as unknown as tf.Variable] as const,
      [`${norm}.${life}.variance`, variance as unknown as tf.Variable] as const,
    ])
  );
  return new Map(named);
}
