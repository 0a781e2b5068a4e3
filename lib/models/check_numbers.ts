import { UsageError } from "../errors.ts";

/** Every named number must be a whole one of at least 1. */
export function checkWhole(building: string, numbers: Record<string, number>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (!Number.isInteger(value) || value < 1) {
      throw new UsageError(`${building}: ${name} is ${value}, but must be a whole number of at least 1.`);
    }
  }
}

/** Height and width of the image must be multiples of a side that cuts them into parts. */
export function checkSize(
  building: string,
  name: string,
  side: number,
  [height, width]: readonly [number, number, number],
): void {
  if (height % side === 0 && width % side === 0) return;
  throw new UsageError(
    `${building}: ${name} is ${side}, but must divide the image's ${height} x ${width} pixels.`,
  );
}
