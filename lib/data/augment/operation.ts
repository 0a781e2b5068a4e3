import type { Sampling } from "./geometry.ts";
import type { ImageShape } from "./image.ts";

/** An operation of RandAugment. */
export interface Operation {
  /** Its argument at a magnitude; operations that go both ways turn with the sign. */
  argument(magnitude: number, sign: 1 | -1, shape: ImageShape): number;
  apply(image: Uint8Array, shape: ImageShape, argument: number, sampling: Sampling): Uint8Array;
}

/** The argument of an operation that has none. */
export function none(): number {
  return 0;
}

/** An operation on bytes, wherever they lie in the image. */
export function toned(operation: (image: Uint8Array, argument: number) => Uint8Array): Operation["apply"] {
  return (image, _shape, argument) => operation(image, argument);
}
