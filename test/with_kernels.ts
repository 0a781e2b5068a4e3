import process from "node:process";

/** Does something with the native kernels or the references, whatever the environment asks for. */
export function withKernels<Value>(kernels: "native" | "reference", action: () => Value): Value {
  const before = process.env["WEIGHTSHARE_KERNELS"];
  process.env["WEIGHTSHARE_KERNELS"] = kernels;
  try {
    return action();
  } finally {
    if (before === undefined) delete process.env["WEIGHTSHARE_KERNELS"];
    else process.env["WEIGHTSHARE_KERNELS"] = before;
  }
}
