import { UsageError } from "../../lib/errors.ts";

const UNITS = { K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 } as const;

/** Memory as Slurm writes it, "3G" or "3000M"; a number alone counts megabytes. */
export interface MemorySize {
  text: string;
  bytes: number;
}

export function memorySize(text: string): MemorySize {
  const [, number, unit] = /^([1-9]\d{0,8})([KMGT]?)$/.exec(text) ?? [];
  if (number !== undefined) {
    return { text, bytes: Number(number) * UNITS[(unit || "M") as keyof typeof UNITS] };
  }
  throw new UsageError(`Reading --mem ${text}: it must be memory as Slurm writes it, e.g. 3G or 3000M.`);
}
