import { usesNativeKernels } from "../../../lib/ops/kernels.ts";
import { spikeLinear, spikeLinearReference } from "../../../lib/ops/spike_linear.ts";
import { packSpikes } from "../../../lib/ops/spikes.ts";
import { tf } from "../../../lib/ops/tensorflow.ts";
import type { Results } from "../compare.ts";
import { type Fixture, tensorOf } from "../fixture.ts";

export function spikeProduct(fixture: Fixture): Results {
  const spikes = tf.expandDims(tensorOf(fixture, "spikes"));
  const kernel = tensorOf<tf.Tensor2D>(fixture, "kernel");
  const noBias = tf.zeros([kernel.shape[1]]) as tf.Tensor1D;
  const currents = usesNativeKernels()
    ? spikeLinear(packSpikes(spikes), kernel, noBias)
    : spikeLinearReference(spikes, kernel, noBias);
  return { sum: currents.dataSync(), active: tf.sum(spikes).dataSync() };
}
