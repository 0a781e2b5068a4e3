/** TensorFlow.js on the TensorFlow C library, for Deno and Node. Everything imports `tf` from here. */
import "./prepare_runtime.ts";
import { availableParallelism } from "node:os";
import * as tf from "@tensorflow/tfjs-node";
import { setting } from "../environment.ts";

export { tf };

/** The parts of the tfjs-node backend that its types do not show. */
interface NodeBackend {
  executeMultipleOutputs(
    name: string,
    attributes: Attribute[],
    inputs: tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
  binding:
    & Record<
      "TF_ATTR_FLOAT" | "TF_ATTR_INT" | "TF_ATTR_STRING" | "TF_ATTR_BOOL" | "TF_ATTR_TYPE" | "TF_FLOAT",
      number
    >
    & {
      TF_Version: string;
    };
}

interface Attribute {
  name: string;
  type: number;
  value: unknown;
}

function backend(): NodeBackend {
  return tf.backend() as unknown as NodeBackend;
}

/** The version of the loaded TensorFlow library. */
export function tensorflowVersion(): string {
  return backend().binding.TF_Version;
}

/** A whole-number attribute of an operation; plain numbers are floats. */
export interface Integer {
  integer: number;
}

/** Marks an attribute as a whole number. */
export function integer(value: number): Integer {
  return { integer: value };
}

export type AttributeValue = number | string | boolean | Integer;

/**
 * Runs any TensorFlow operation by its name. Outputs are tracked by the surrounding `tf.tidy`; no gradient.
 * `floatTypes` are the operation's type attributes, all of them float32 here.
 */
export function execute(
  operation: string,
  inputs: tf.Tensor[],
  outputs: number,
  attributes: Record<string, AttributeValue> = {},
  floatTypes: string[] = ["T"],
): tf.Tensor[] {
  const { binding } = backend();
  const types = floatTypes.map((name) => ({ name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }));
  const rest = Object.entries(attributes).map(([name, value]) => ({
    name,
    type: attributeType(value),
    value: typeof value === "object" ? value.integer : value,
  }));
  return backend().executeMultipleOutputs(operation, [...types, ...rest], inputs, outputs);
}

function attributeType(value: AttributeValue): number {
  const { binding } = backend();
  if (typeof value === "object") return binding.TF_ATTR_INT;
  if (typeof value === "string") return binding.TF_ATTR_STRING;
  return typeof value === "boolean" ? binding.TF_ATTR_BOOL : binding.TF_ATTR_FLOAT;
}

/** Threads that TensorFlow uses inside one operation. */
export function threadCount(): number {
  return setting("TF_NUM_INTRAOP_THREADS") ?? availableParallelism();
}

/** Whether TensorFlow computes with oneDNN. */
export function usesOneDnn(): boolean {
  return setting("TF_ENABLE_ONEDNN_OPTS") !== "0";
}
