import { tf } from "../lib/ops/tensorflow.ts";
import { median } from "./measure.ts";
import { costOf } from "./operation_cost.ts";

/** What one operation took of a step, all its calls together. */
export interface Operation {
  name: string;
  calls: number;
  milliseconds: number;
  /** Floating point operations; 0 where an operation's time is that of its memory. */
  flops: number;
  /** Of its inputs and outputs, each moved once. */
  bytes: number;
}

type Execute = (
  name: string,
  attributes: unknown,
  inputs: tf.Tensor[],
  outputs?: number,
) => tf.Tensor | tf.Tensor[];

const METHODS = ["executeSingleOutput", "executeMultipleOutputs"] as const;

/**
 * What TensorFlow's and our operations take of `action`, by name, the most expensive first. An operation has ended when its call returns.
 * Costs are taken outside of what is timed.
 */
export async function watchOperations(action: () => unknown): Promise<Operation[]> {
  const backend = tf.backend() as unknown as Record<typeof METHODS[number], Execute>;
  const found = new Map<string, Operation>();
  for (const method of METHODS) {
    const execute = backend[method].bind(backend);
    backend[method] = (name, attributes, inputs, outputs) => {
      const start = performance.now();
      const result = execute(name, attributes, inputs, outputs);
      const milliseconds = performance.now() - start;
      const { flops, bytes } = costOf(name, inputs, [result].flat());
      const before = found.get(name) ?? { name, calls: 0, milliseconds: 0, flops: 0, bytes: 0 };
      found.set(name, {
        name,
        calls: before.calls + 1,
        milliseconds: before.milliseconds + milliseconds,
        flops: before.flops + flops,
        bytes: before.bytes + bytes,
      });
      return result;
    };
  }
  try {
    await action();
  } finally {
    for (const method of METHODS) Reflect.deleteProperty(backend, method); // the class has them
  }
  return [...found.values()].sort((a, b) => b.milliseconds - a.milliseconds);
}

/** Of equal steps every operation with the median of its times, the most expensive first. */
export function mediansOf(steps: readonly Operation[][]): Operation[] {
  const [first = []] = steps;
  const timesOf = (name: string) =>
    steps.map((operations) => operations.find((operation) => operation.name === name)?.milliseconds ?? 0);
  return first.map((operation) => ({ ...operation, milliseconds: median(timesOf(operation.name)) }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}
