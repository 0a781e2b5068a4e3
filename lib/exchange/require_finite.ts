import { FailureError } from "../errors.ts";
import type { HostTensor } from "../ops/safetensors.ts";

/** Refuses tensors that hold a NaN or an infinity; the error names the first. */
export function requireFinite(tensors: ReadonlyMap<string, HostTensor>, source: string): void {
  for (const [name, { values }] of tensors) {
    const index = values.findIndex((value) => !Number.isFinite(value));
    if (index < 0) continue;
    throw new FailureError(
      `Reading ${source}: value ${index} of "${name}" is ${
        values[index]
      }, but must be finite; give a network whose training did not diverge.`,
    );
  }
}
