/** The whole number from 1 at which a count that grows with it comes closest to what is wanted. */
export function nearestSize(wanted: number, countOf: (size: number) => number): number {
  const distance = (size: number) => Math.abs(countOf(size) - wanted);
  let size = 1;
  while (distance(size + 1) < distance(size)) size++;
  return size;
}
