import { fireOverTime } from "../../lib/ops/if_neuron.ts";
import { randomStream, randomUniform } from "../../lib/ops/random.ts";
import { spikeDepthwise, spikeDepthwiseFire } from "../../lib/ops/spike_depthwise.ts";
import { type Fired, packSpikes, unpackSpikes } from "../../lib/ops/spikes.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import type { SpikeDepthwiseSpec } from "../spec.ts";
import type { Workload } from "../workload.ts";

const NEURON = { threshold: 1, reset: "hard", initialMembrane: 0 } as const;

/** A depthwise layer of a spiking ConvMixer over all steps, from bits to bits: by events, or as a convolution of floats and neurons behind it. */
export function spikeDepthwiseLayer(spec: SpikeDepthwiseSpec): Workload {
  const { name, batch, T, side, dim, kernel, density, dense, seed } = spec;
  return {
    name,
    images: batch,
    setUp() {
      const uniform = (what: string, size: number, bound: number) =>
        randomUniform(randomStream(seed, "spike depthwise", what), size, -bound, bound);
      const draws = uniform("spikes", T * batch * side ** 2 * dim, 1);
      const packed = tf.tidy(() => {
        const { bits, channels } = packSpikes(
          tf.tensor(draws.map((draw) => Number(Math.abs(draw) < density)), [T, batch, side, side, dim]),
        );
        return { bits: tf.keep(bits), channels };
      });
      const filter = tf.tensor4d(uniform("filter", kernel ** 2 * dim, 0.5), [kernel, kernel, 1, dim]);
      const bias = tf.tensor1d(uniform("bias", dim, 0.1));
      const fired = (): Fired => {
        if (!dense) return spikeDepthwiseFire(packed, filter, bias, NEURON);
        const currents = spikeDepthwise(unpackSpikes(packed) as tf.Tensor5D, filter, bias);
        return fireOverTime(currents, T, NEURON);
      };
      return Promise.resolve({
        step: () => tf.tidy(() => fired().totals.reduce((sum, total) => sum + total, 0)),
        dispose: () => tf.dispose([packed.bits, filter, bias]),
      });
    },
  };
}
