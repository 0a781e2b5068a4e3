/**
 * Holm's correction of the p-values of one table (Holm 1979): the smallest of m is multiplied by m, the next by m - 1, and
 * so on, none below the one before, none above 1. Rejecting where the result is below 0.05 errs anywhere in the table with a
 * probability of at most 5 %. Null stays null and does not count: it is no test.
 */
export function holm(ps: readonly (number | null)[]): (number | null)[] {
  const known = ps.flatMap((p, index) => p === null ? [] : [{ p, index }]).sort((a, b) => a.p - b.p);
  const corrected: (number | null)[] = ps.map(() => null);
  let least = 0;
  known.forEach(({ p, index }, rank) => {
    least = Math.max(least, Math.min(1, p * (known.length - rank)));
    corrected[index] = least;
  });
  return corrected;
}
