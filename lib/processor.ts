import { readFileSync } from "node:fs";

/** What this processor says it can do: "avx2", "avx512f", ... */
export function processorFlags(): ReadonlySet<string> {
  const flags = /^flags\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? "";
  return new Set(flags.trim().split(/\s+/));
}

/** The widest vectors of this processor that oneDNN and our kernels tell apart. */
export function widestVectors(): "avx512" | "avx2" | "other" {
  const flags = processorFlags();
  if (["avx512f", "avx512bw", "avx512vl", "avx512dq"].every((flag) => flags.has(flag))) return "avx512";
  return flags.has("avx2") ? "avx2" : "other";
}
