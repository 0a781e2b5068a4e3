import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setting } from "../environment.ts";
import { FailureError, messageOf } from "../errors.ts";
import { ROOT } from "../paths.ts";
import { type AttributeValue, execute, tf, threadCount } from "./tensorflow.ts";

const LIBRARY = join("vendor", "native", "weightshare.node");
const FIX = 'run "npx -y deno@2.9.6 task setup", or set WEIGHTSHARE_KERNELS=reference to do without them';
const OTHER_PROCESSOR =
  "compute on one that has it, or choose another with WEIGHTSHARE_KERNELS, which gives other bits";

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

/** The hot operations are computed by our kernels in `native/`, unless the environment asks for the references. */
function choice(): Kernels {
  return setting("WEIGHTSHARE_KERNELS") ?? "native";
}

type Kernels = NonNullable<ReturnType<typeof setting<"WEIGHTSHARE_KERNELS">>>;

let instructionSet: string | undefined;

/** Loads the library at the first call; returns the instruction set in use. */
function load(): string {
  return instructionSet ??= start(choice());
}

function start(choice: Kernels): string {
  const path = join(ROOT, LIBRARY);
  if (!existsSync(path)) {
    throw new FailureError(`Loading the native kernels: ${LIBRARY} is missing; ${FIX}.`);
  }
  tf.backend();
  try {
    const addon = createRequire(import.meta.url)(path) as Addon;
    return addon.start(threadCount(), choice === "native" || choice === "reference" ? "" : choice);
  } catch (error) {
    const [reason] = messageOf(error).split("\n");
    const fix = reason?.startsWith("this processor") ? OTHER_PROCESSOR : FIX;
    throw new FailureError(`Loading the native kernels (${LIBRARY}): ${reason}; ${fix}.`);
  }
}

/** Runs one of our native operations, whatever kernels are in use; it is not differentiable. */
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
      `Calling the native kernel ${operation}: ${LIBRARY} is older than the code; ${FIX}.`,
    );
  }
}
