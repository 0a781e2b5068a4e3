/**
 * `from` + `factor` * (`to` - `from`) in single precision, cut off and clipped to bytes; a factor above 1 goes beyond
 * `to`. Source: Pillow's Image.blend.
 */
export function blend(from: Uint8Array, to: Uint8Array, factor: number): Uint8Array {
  const result = new Uint8Array(to.length);
  const part = Math.fround(factor);
  for (let at = 0; at < to.length; at++) {
    const start = from[at] as number;
    const value = Math.fround(start + Math.fround(part * ((to[at] as number) - start)));
    result[at] = value <= 0 ? 0 : value >= 255 ? 255 : value;
  }
  return result;
}
