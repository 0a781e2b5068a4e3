import { z } from "zod";

/** Multiplies every hidden layer's width; 1 is the published network. At the least one, 128 filters become one. */
export const width: z.ZodNumber = z.number().min(1 / 128).max(1);

/** The width in words. */
export function widthText({ width }: { width: number }): string {
  return `width × ${width}`;
}
