import { spikeConv, spikeConvReference } from "../../../lib/ops/spike_conv.ts";
import { usesNativeKernels } from "../../../lib/ops/kernels.ts";
import { packSpikes } from "../../../lib/ops/spikes.ts";
import { tf } from "../../../lib/ops/tensorflow.ts";
import type { Results } from "../compare.ts";
import { type Fixture, tensorOf } from "../fixture.ts";

export function spikeConvolution(fixture: Fixture): Results {
  const { stride, padding } = fixture.config as { stride: number; padding: "same" | "valid" };
  const spikes = tf.expandDims(tensorOf<tf.Tensor4D>(fixture, "spikes")) as tf.Tensor5D;
  const kernel = tensorOf<tf.Tensor4D>(fixture, "kernel");
  const noBias = tf.zeros([kernel.shape[3]]) as tf.Tensor1D;
  const currents = usesNativeKernels()
    ? spikeConv(packSpikes(spikes), kernel, noBias, { stride, padding })
    : spikeConvReference(spikes, kernel, noBias, { stride, padding });
  return { sum: currents.dataSync(), active: tf.sum(spikes).dataSync() };
}
