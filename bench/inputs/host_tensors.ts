import type { HostTensor } from "../../lib/ops/safetensors.ts";
import type { tf } from "../../lib/ops/tensorflow.ts";

/** Tensors as they are written to a file. */
export function hostTensors(named: Iterable<readonly [string, tf.Tensor]>): Map<string, HostTensor> {
  return new Map(
    [...named].map(([name, tensor]) => [
      name,
      { shape: tensor.shape, values: tensor.dataSync() as Float32Array },
    ]),
  );
}
