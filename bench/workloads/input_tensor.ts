import { FailureError } from "../../lib/errors.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import type { Inputs } from "../workload.ts";

/** A tensor of the inputs. */
export function inputTensor<T extends tf.Tensor>(inputs: Inputs, name: string): T {
  const tensor = inputs.get(name);
  if (tensor === undefined) {
    throw new FailureError(
      `Setting up a benchmark: its inputs hold no "${name}"; this is a defect of bench/inputs.`,
    );
  }
  return tf.tensor(tensor.values, tensor.shape) as T;
}
