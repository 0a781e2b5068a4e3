import { FailureError } from "../errors.ts";

/** An IDX file of bytes: its dimensions and its values, row-major. */
export interface Idx {
  shape: number[];
  values: Uint8Array;
}

/** Reads the IDX format of the MNIST family (magic 0x00000800 + rank, big-endian sizes, then bytes). */
export function parseIdx(bytes: Uint8Array): Idx {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = bytes.length >= 4 ? view.getUint32(0) : 0;
  const rank = magic & 0xff;
  if (magic >>> 8 !== 0x08 || rank === 0 || bytes.length < 4 + 4 * rank) {
    throw new FailureError(
      `Reading an IDX file: magic number 0x${magic.toString(16)} is not that of unsigned bytes.`,
    );
  }
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  // A plain array even of a Buffer, whose `slice` would share memory.
  const values = new Uint8Array(bytes.buffer, bytes.byteOffset + 4 + 4 * rank, bytes.length - 4 - 4 * rank);
  const expected = shape.reduce((product, size) => product * size, 1);
  if (values.length !== expected) {
    throw new FailureError(
      `Reading an IDX file of shape ${shape.join(" x ")}: ${values.length} values, not ${expected}.`,
    );
  }
  return { shape, values };
}

/** Writes the IDX format: the inverse of `parseIdx`. */
export function encodeIdx({ shape, values }: Idx): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0800 | shape.length);
  shape.forEach((size, axis) => view.setUint32(4 + 4 * axis, size));
  bytes.set(values, 4 + 4 * shape.length);
  return bytes;
}
