import { DENSE, type Products } from "../models/weighted_input.ts";
import { type GatedPool, gatedPool, gatedPoolReference } from "../ops/gated_pool.ts";
import { fireOnce, type IfNeuron, stepIf } from "../ops/if_neuron.ts";
import { spikeConv } from "../ops/spike_conv.ts";
import { spikeLinear } from "../ops/spike_linear.ts";
import {
  countSpikes,
  filterOfTrains,
  joinSpikes,
  type PackedSpikes,
  poolSpikes,
  unpackSpikes,
} from "../ops/spikes.ts";
import { tf } from "../ops/tensorflow.ts";

/** What one time step does with spikes, in the form it keeps them in. */
export interface SpikeOperations<Spikes> {
  products: Products<Spikes>;
  /** Charges, fires and resets; current and membrane [N, ..., C]. */
  fire(
    current: tf.Tensor,
    membrane: tf.Tensor,
    neuron: IfNeuron,
  ): { spikes: Spikes; membrane: tf.Tensor; total: number };
  pool(spikes: Spikes, size: number): Spikes;
  /** One step of gated pooling; spikes and what it counted before. */
  gatedPool(spikes: Spikes, size: number, counts: tf.Tensor | undefined): GatedPool<Spikes>;
  /** Two trains that the next layer receives together. */
  join(one: Spikes, other: Spikes): Spikes;
  floats(spikes: Spikes): tf.Tensor;
  /** Number of spikes. */
  count(spikes: Spikes): number;
}

/** Spikes as floats and TensorFlow.js operations: the reference. */
export const FLOAT_SPIKES: SpikeOperations<tf.Tensor> = {
  products: DENSE,
  fire(current, membrane, neuron) {
    const state = stepIf(current, membrane, neuron);
    // Exact: a sum of at most 2^24 ones in float32.
    return { ...state, total: FLOAT_SPIKES.count(state.spikes) };
  },
  pool: (spikes, size) => tf.maxPool(spikes as tf.Tensor4D, size, size, "valid"),
  gatedPool: (spikes, size, counts) => gatedPoolReference(spikes as tf.Tensor4D, size, counts),
  join: (one, other) => tf.add(one, other),
  floats: (spikes) => spikes,
  count: (spikes) => tf.tidy(() => tf.sum(spikes).dataSync()[0] as number),
};

/** Spikes as bits and native kernels. */
export const PACKED_SPIKES: SpikeOperations<PackedSpikes> = {
  products: {
    conv: (spikes, filter, bias = tf.zeros([filter.shape[3]])) =>
      tf.squeeze(spikeConv(oneStep(spikes), filterOfTrains(filter, spikes.channels), bias), [0]),
    depthwise: (spikes, filter, bias) => DENSE.depthwise(unpackSpikes(spikes), filter, bias),
    linear: (spikes, weights, bias = tf.zeros([weights.shape[1]])) =>
      tf.squeeze(spikeLinear(oneStep(spikes), weights, bias), [0]),
  },
  fire: fireOnce,
  pool: poolSpikes,
  gatedPool(spikes, size, counts) {
    const { pooled: { bits, channels }, ...after } = gatedPool(oneStep(spikes), size, counts);
    return { pooled: { bits: tf.squeeze(bits, [0]), channels }, ...after };
  },
  join: joinSpikes,
  floats: unpackSpikes,
  count: (spikes) => tf.tidy(() => countSpikes(oneStep(spikes))[0] as number),
};

function oneStep({ bits, channels }: PackedSpikes): PackedSpikes {
  return { bits: tf.expandDims(bits), channels };
}
