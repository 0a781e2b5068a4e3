import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { FailureError, messageOf, UsageError } from "../errors.ts";
import { ROOT } from "../paths.ts";
import { type AttributeValue, execute, tf, threadCount } from "./tensorflow.ts";

/** What computes the hot operations: our kernels in `native/`, or the same operations written in TensorFlow.js. */
export type Kernels = "native" | "reference";

/** Values of the environment variable WEIGHTSHARE_KERNELS; an instruction set chooses among the native kernels. */
const CHOICES = ["native", "reference", "avx512", "avx2", "portable"] as const;

const LIBRARY = join("vendor", "native", "weightshare.node");
const MEND = 'run "npx -y deno@2.9.6 task setup", or set WEIGHTSHARE_KERNELS=reference to do without them';

interface Addon {
  /** Registers the operations; "" takes the best instruction set. Returns the one in use. */
  start(threads: number, instructionSet: string): string;
}

let started: string | undefined;

/** Which kernels are in use, e.g. for records: "reference", or the instruction set of the native ones. */
export function kernelsInUse(): string {
  return started ??= start(chosen());
}

/** Whether the native kernels are in use; loads them at the first call. */
export function usesNativeKernels(): boolean {
  return kernelsInUse() !== "reference";
}

function chosen(): typeof CHOICES[number] {
  const value = process.env["WEIGHTSHARE_KERNELS"] ?? "native";
  const choice = CHOICES.find((known) => known === value);
  if (choice === undefined) {
    throw new UsageError(
      `Choosing kernels: WEIGHTSHARE_KERNELS is "${value}", but must be one of ${CHOICES.join(", ")}.`,
    );
  }
  return choice;
}

function start(choice: typeof CHOICES[number]): string {
  if (choice === "reference") return choice;
  const path = join(ROOT, LIBRARY);
  if (!existsSync(path)) {
    throw new FailureError(`Loading the native kernels: ${LIBRARY} is missing; ${MEND}.`);
  }
  tf.backend();
  try {
    const addon = createRequire(import.meta.url)(path) as Addon;
    return addon.start(threadCount(), choice === "native" ? "" : choice);
  } catch (error) {
    throw new FailureError(`Loading the native kernels (${LIBRARY}): ${messageOf(error)}; ${MEND}.`);
  }
}

/** Runs one of our native operations; it knows no gradient. */
export function runKernel(
  operation: string,
  inputs: tf.Tensor[],
  outputs: number,
  attributes: Record<string, AttributeValue> = {},
): tf.Tensor[] {
  kernelsInUse();
  try {
    return execute(`Weightshare${operation}`, inputs, outputs, attributes, []);
  } catch (error) {
    throw new Error(messageOf(error).replace(/^Invalid TF_Status: \d+\nMessage: /, ""));
  }
}
