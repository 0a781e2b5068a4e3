import { byteTable, mapBytes } from "./tables.ts";

const INVERTED = byteTable((byte) => 255 - byte);

/** The negative. */
export function invert(image: Uint8Array): Uint8Array {
  return mapBytes(image, [INVERTED]);
}

/** Keeps the `bits` highest bits of every byte. */
export function posterize(image: Uint8Array, bits: number): Uint8Array {
  const mask = 0xff ^ (2 ** (8 - bits) - 1);
  return mapBytes(image, [byteTable((byte) => byte & mask)]);
}

/** Inverts the bytes from `threshold` on. */
export function solarize(image: Uint8Array, threshold: number): Uint8Array {
  return mapBytes(image, [byteTable((byte) => byte < threshold ? byte : 255 - byte)]);
}

/** Adds to the bytes below 128. */
export function solarizeAdd(image: Uint8Array, amount: number): Uint8Array {
  return mapBytes(image, [byteTable((byte) => byte < 128 ? byte + amount : byte)]);
}
