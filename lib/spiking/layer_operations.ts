import type { WeightedLayer } from "../models/network.ts";
import { DENSE, multiply, type Weights } from "../models/weighted_input.ts";
import { fireOverTime, type IfNeuron } from "../ops/if_neuron.ts";
import { type PackedSpikes, poolSpikes, sumSpikes } from "../ops/spikes.ts";
import { fireOverTimeReference } from "../ops/surrogate_if.ts";
import { tf } from "../ops/tensorflow.ts";
import { fireLayer } from "./by_layer.ts";
import { overSteps } from "./over_steps.ts";

/** What a layer does with the spikes of all T steps, in the form it keeps them in; without gradients. */
export interface LayerOperations<Spikes> {
  /** Neurons under a constant current [N, ...]. */
  fireConstant(current: tf.Tensor, T: number, neuron: IfNeuron): Spikes;
  /** A layer's weights and its neurons. */
  fire(layer: WeightedLayer, weights: Weights, spikes: Spikes, neuron: IfNeuron): Spikes;
  pool(spikes: Spikes, size: number): Spikes;
  /** Spikes summed over the steps, [N, ...]. */
  counts(spikes: Spikes): tf.Tensor;
}

/** Spikes as floats [T, N, ...] and TensorFlow.js operations: the reference. */
export const FLOAT_LAYERS: LayerOperations<tf.Tensor> = {
  fireConstant: (current, T, neuron) => fireOverTimeReference(tf.expandDims(current), T, neuron).spikes,
  fire(layer, weights, spikes, neuron) {
    const currents = overSteps(spikes, (steps) => multiply(DENSE, layer, weights, steps));
    return fireOverTimeReference(currents, spikes.shape[0] as number, neuron).spikes;
  },
  pool: (spikes, size) => overSteps(spikes, (steps) => tf.maxPool(steps as tf.Tensor4D, size, size, "valid")),
  counts: (spikes) => tf.sum(spikes, 0),
};

/** Spikes as bits and native kernels. */
export const PACKED_LAYERS: LayerOperations<PackedSpikes> = {
  fireConstant: (current, T, neuron) => fireOverTime(tf.expandDims(current), T, neuron).spikes,
  fire: (layer, weights, spikes, neuron) => fireLayer(layer, weights, spikes, neuron, false).spikes,
  pool: poolSpikes,
  counts: sumSpikes,
};
