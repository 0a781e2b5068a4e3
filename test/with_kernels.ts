import { withEnvironment } from "./with_environment.ts";

/** Does something with the native kernels or the references, whatever the environment asks for. */
export function withKernels<Value>(kernels: "native" | "reference", action: () => Value): Value {
  return withEnvironment("WEIGHTSHARE_KERNELS", kernels, action);
}
