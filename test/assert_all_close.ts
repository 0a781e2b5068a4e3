import { AssertionError } from "node:assert";

/**
 * Passes when |got - wanted| <= atol + rtol |wanted| everywhere; equal infinities pass, NaN never does. The message
 * names the worst entry.
 */
export function assertAllClose(
  got: ArrayLike<number>,
  wanted: ArrayLike<number>,
  { rtol = 1e-6, atol = 0 }: { rtol?: number; atol?: number } = {},
): void {
  if (!(rtol >= 0 && atol >= 0)) {
    throw new AssertionError({ message: `rtol ${rtol}, atol ${atol}: no tolerance` });
  }
  if (got.length !== wanted.length) {
    throw new AssertionError({ message: `${got.length} values, ${wanted.length} wanted` });
  }
  let worst = { share: 1, index: -1 };
  for (let index = 0; index < wanted.length; index++) {
    const [a, b] = [got[index] as number, wanted[index] as number];
    if (a === b) continue;
    const share = Math.abs(a - b) / (atol + rtol * Math.abs(b));
    if (!Number.isFinite(a) || !Number.isFinite(b) || !(share <= worst.share)) {
      worst = { share: Number.isNaN(share) ? Infinity : share, index };
    }
  }
  if (worst.index < 0) return;
  const { index } = worst;
  throw new AssertionError({
    message: `worst at [${index}]: got ${got[index]}, wanted ${wanted[index]} (rtol ${rtol}, atol ${atol})`,
  });
}
