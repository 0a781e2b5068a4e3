/** Replaces every byte by its entry in the table of its channel. */
export function mapBytes(image: Uint8Array, tables: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(image.length);
  tables.forEach((table, channel) => {
    for (let at = channel; at < image.length; at += tables.length) {
      result[at] = table[image[at] as number] as number;
    }
  });
  return result;
}

/** The table of a function of a byte, its values cut off and clipped to bytes. */
export function byteTable(value: (byte: number) => number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => Math.max(0, Math.min(255, Math.trunc(value(byte)))));
}

/** How often each byte occurs in each channel. */
export function histograms(image: Uint8Array, channels: number): Uint32Array[] {
  return Array.from({ length: channels }, (_, channel) => {
    const histogram = new Uint32Array(256);
    for (let at = channel; at < image.length; at += channels) {
      const byte = image[at] as number;
      histogram[byte] = (histogram[byte] as number) + 1;
    }
    return histogram;
  });
}
