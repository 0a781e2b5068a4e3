/**
 * What holds a process down to an instruction set, on both sides: our kernels and oneDNN. No processor of today has a wider
 * one than AVX-512 for oneDNN's 32-bit floats.
 */
export const HELD_TO = {
  avx512: { WEIGHTSHARE_KERNELS: "avx512" },
  avx2: { WEIGHTSHARE_KERNELS: "avx2", ONEDNN_MAX_CPU_ISA: "AVX2" },
  portable: { WEIGHTSHARE_KERNELS: "portable", ONEDNN_MAX_CPU_ISA: "SSE41" },
} as const satisfies Record<string, Record<string, string>>;

export type InstructionSet = keyof typeof HELD_TO;
