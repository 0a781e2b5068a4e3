import { UsageError } from "../../errors.ts";

/** Mean and sd per channel, of pixels in [0, 1]. */
export interface Normalisation {
  mean: readonly number[];
  sd: readonly number[];
}

/** Turns bytes into (byte / 255 - mean) / sd, in single precision at every step as PyTorch does. */
export type Normaliser = (bytes: Uint8Array) => Float32Array;

/** The normaliser of images with so many channels. */
export function normaliser({ mean, sd }: Normalisation, channels: number): Normaliser {
  if (mean.length !== channels || sd.length !== channels) {
    throw new UsageError(
      `Normalising images of ${channels} channels: ${mean.length} means and ${sd.length} sds were given; give one of each ` +
        `for every channel.`,
    );
  }
  const tables = mean.map((value, channel) => tableOf(value, sd[channel] as number));
  return (bytes) => mapped(bytes, tables);
}

function tableOf(mean: number, sd: number): Float32Array {
  return Float32Array.from(
    { length: 256 },
    (_, byte) => Math.fround(Math.fround(byte / 255) - Math.fround(mean)) / Math.fround(sd),
  );
}

function mapped(bytes: Uint8Array, tables: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(bytes.length);
  tables.forEach((table, channel) => {
    for (let at = channel; at < bytes.length; at += tables.length) {
      result[at] = table[bytes[at] as number] as number;
    }
  });
  return result;
}
