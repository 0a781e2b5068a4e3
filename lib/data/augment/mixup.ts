/**
 * Row i becomes `part` of itself and the rest of row `size - 1 - i`: the batch mixed with itself backwards. For images
 * and for targets. Source: Zhang et al. 2018, arXiv 1710.09412; partners as timm's batch mode.
 */
export function mixup(rows: Float32Array, size: number, part: number): Float32Array {
  const length = rows.length / size;
  const result = new Float32Array(rows.length);
  for (let row = 0; row < size; row++) {
    const [own, partner] = [row * length, (size - 1 - row) * length];
    for (let at = 0; at < length; at++) {
      result[own + at] = (rows[own + at] as number) * part + (rows[partner + at] as number) * (1 - part);
    }
  }
  return result;
}
