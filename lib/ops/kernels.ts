import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { FailureError, messageOf, UsageError } from "../errors.ts";
import { ROOT } from "../paths.ts";
import { type AttributeValue, execute, tf, threadCount } from "./tensorflow.ts";

/**
 * Values of the environment variable WEIGHTSHARE_KERNELS. The hot operations are computed by our kernels in `native/`,
 * unless "reference" asks for the same operations written in TensorFlow.js; an instruction set chooses among the kernels.
 */
const CHOICES = ["native", "reference", "avx512", "avx2", "portable"] as const;

const LIBRARY = join("vendor", "native", "weightshare.node");
const MEND = 'run "npx -y deno@2.9.6 task setup", or set WEIGHTSHARE_KERNELS=reference to do without them';

interface Addon {
  /** Registers the operations; "" takes the best instruction set. Returns the one in use. */
  start(threads: number, instructionSet: string): string;
}

/** Which kernels are in use: "reference", or "native" and their instruction set. */
export function kernelsInUse(): string {
  return usesNativeKernels() ? `native ${load()}` : "reference";
}

/** Whether the native kernels are in use. */
export function usesNativeKernels(): boolean {
  return choice() !== "reference";
}

function choice(): typeof CHOICES[number] {
  const value = process.env["WEIGHTSHARE_KERNELS"] ?? "native";
  const known = CHOICES.find((one) => one === value);
  if (known === undefined) {
    throw new UsageError(
      `Choosing kernels: WEIGHTSHARE_KERNELS is "${value}", but must be one of ${CHOICES.join(", ")}.`,
    );
  }
  return known;
}

let instructionSet: string | undefined;

/** Loads the library at the first call; returns the instruction set in use. */
function load(): string {
  return instructionSet ??= start(choice());
}

function start(choice: typeof CHOICES[number]): string {
  const path = join(ROOT, LIBRARY);
  if (!existsSync(path)) {
    throw new FailureError(`Loading the native kernels: ${LIBRARY} is missing; ${MEND}.`);
  }
  tf.backend();
  try {
    const addon = createRequire(import.meta.url)(path) as Addon;
    return addon.start(threadCount(), choice === "native" || choice === "reference" ? "" : choice);
  } catch (error) {
    const [reason] = messageOf(error).split("\n");
    throw new FailureError(`Loading the native kernels (${LIBRARY}): ${reason}; ${MEND}.`);
  }
}

/** Runs one of our native operations, whatever kernels are in use; it knows no gradient. */
export function runKernel(
  operation: string,
  inputs: tf.Tensor[],
  outputs: number,
  attributes: Record<string, AttributeValue> = {},
): tf.Tensor[] {
  load();
  try {
    return execute(`Weightshare${operation}`, inputs, outputs, attributes, []);
  } catch (error) {
    const message = messageOf(error).replace(/^Invalid TF_Status: \d+\nMessage: /, "");
    if (!message.includes("is neither a type of a primitive operation")) throw new Error(message);
    throw new FailureError(
      `Calling the native kernel ${operation}: ${LIBRARY} is older than the code; ${MEND}.`,
    );
  }
}
