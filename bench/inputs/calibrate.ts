import { FailureError } from "../../lib/errors.ts";
import { modelVariables } from "../../lib/models/model.ts";
import { type Network, parameterValue } from "../../lib/models/parameters.ts";
import type { WeightedLayer } from "../../lib/models/network.ts";
import { DENSE } from "../../lib/models/weighted_input.ts";
import { NORM_EPSILON } from "../../lib/ops/batch_norm.ts";
import { fireOverTime, type IfNeuron } from "../../lib/ops/if_neuron.ts";
import { unpackSpikes } from "../../lib/ops/spikes.ts";
import { tf } from "../../lib/ops/tensorflow.ts";

/** How near a layer's firing rate should come to the wanted one, as a share of it. */
const TOLERANCE = 0.005;
/** How far off it may stay: an image's background gives many neurons one current, they all begin to fire at once. */
const LARGEST_STEP = 0.05;
const BISECTIONS = 40;

/**
 * Gives a network with random weights the firing rates of another one: layer after layer, with the spikes of the
 * layers before it, a convolution's norm gets the statistics of its currents and one shift for all channels, a linear
 * layer's kernel one scale. Images [N, H, W, C]; `rates` are spikes per neuron and time step.
 */
export function calibrate(
  network: Network,
  images: tf.Tensor4D,
  T: number,
  neuron: IfNeuron,
  rates: Readonly<Record<string, number>>,
): void {
  let input: tf.Tensor = tf.expandDims(images); // [1 or T, N, ...]
  for (const layer of network.layers) {
    const next = tf.tidy(() => {
      if (layer.type === "maxpool") {
        return perImage(input, (x) => tf.maxPool(x as tf.Tensor4D, layer.size, layer.size, "valid"));
      }
      const currents = calibrateLayer(network, layer, input, T, neuron, wantedRate(layer.name, rates));
      return unpackSpikes(fireOverTime(currents, T, neuron).spikes);
    });
    input.dispose();
    input = next;
  }
  input.dispose();
}

function wantedRate(layer: string, rates: Readonly<Record<string, number>>): number {
  const rate = rates[layer];
  if (rate === undefined) {
    throw new FailureError(
      `Setting up the network: there is no firing rate for the layer ${layer}; add it to bench/densities.json.`,
    );
  }
  return rate;
}

/** Sets the layer's shift or scale; returns its currents [1 or T, N, ...]. */
function calibrateLayer(
  network: Network,
  layer: WeightedLayer,
  input: tf.Tensor,
  T: number,
  neuron: IfNeuron,
  wanted: number,
): tf.Tensor {
  const kernel = parameterValue<tf.Variable>(network, `${layer.name}.kernel`);
  const rateOf = (currents: tf.Tensor) => firingRate(currents, T, neuron);
  if (layer.type === "conv") {
    const product = perImage(input, (x) => DENSE.conv(x, kernel as unknown as tf.Tensor4D));
    const normed = normByStatistics(network, layer.name, product);
    const shift = solve(layer.name, wanted, [-8, 8], (value) => rateOf(tf.add(normed, value)));
    parameterValue<tf.Variable>(network, `${layer.name}.norm.beta`).assign(tf.fill([layer.kernel[3]], shift));
    return tf.add(normed, shift);
  }
  const product = perImage(input, (x) => DENSE.linear(x, kernel as unknown as tf.Tensor2D));
  const scale = Math.exp(
    solve(layer.name, wanted, [-6, 8], (value) => rateOf(tf.mul(product, Math.exp(value)))),
  );
  kernel.assign(tf.mul(kernel, scale));
  return tf.mul(product, scale);
}

/** Applies a function of [N, ...] to [T, N, ...]. */
function perImage(x: tf.Tensor, apply: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  const [T, N, ...rest] = x.shape as [number, number, ...number[]];
  const y = apply(tf.reshape(x, [T * N, ...rest]));
  return tf.reshape(y, [T, N, ...y.shape.slice(1)]);
}

/** Norms currents [..., C] by their own statistics, which become the frozen ones of both lives. */
function normByStatistics(network: Network, layer: string, currents: tf.Tensor): tf.Tensor {
  const axes = currents.shape.slice(1).map((_, axis) => axis);
  const { mean, variance } = tf.moments(currents, axes);
  const variables = modelVariables(network);
  for (const life of ["ann", "snn"]) {
    variables.get(`${layer}.norm.${life}.mean`)?.assign(mean);
    variables.get(`${layer}.norm.${life}.variance`)?.assign(variance);
  }
  return tf.div(tf.sub(currents, mean), tf.sqrt(tf.add(variance, NORM_EPSILON)));
}

function firingRate(currents: tf.Tensor, T: number, neuron: IfNeuron): number {
  const [, ...shape] = currents.shape;
  const { totals, spikes } = fireOverTime(currents, T, neuron);
  spikes.bits.dispose();
  currents.dispose();
  return totals.reduce((sum, total) => sum + total, 0) / (T * shape.reduce((size, axis) => size * axis, 1));
}

/** The value in the range at which the growing function `rateAt` comes nearest to the wanted value. */
export function solve(
  layer: string,
  wanted: number,
  [low, high]: readonly [number, number],
  rateAt: (value: number) => number,
): number {
  let nearest = { value: NaN, rate: Infinity };
  const error = ({ rate }: { rate: number }) => Math.abs(rate - wanted) / wanted;
  for (let round = 0; round < BISECTIONS && error(nearest) > TOLERANCE; round++) {
    const middle = { value: (low + high) / 2, rate: rateAt((low + high) / 2) };
    if (error(middle) < error(nearest)) nearest = middle;
    if (middle.rate < wanted) low = middle.value;
    else high = middle.value;
  }
  if (error(nearest) <= LARGEST_STEP) return nearest.value;
  throw new FailureError(
    `Setting up the network: ${layer} can fire at ${
      nearest.rate.toPrecision(3)
    } spikes per step but not nearer to the ` +
      `wanted ${wanted.toPrecision(3)}; choose another --density or --width.`,
  );
}
