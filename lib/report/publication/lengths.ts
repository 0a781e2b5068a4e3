/** Chromium's pixels, millimetres and points of an inch. */
export const [PIXELS, MILLIMETRES, POINTS] = [96, 25.4, 72] as const;

/** Lines of curves, and of axes, error bars and marks, in ems: 1 and 0.5 points beside text of 7. */
export const [CURVE, AXIS_LINE] = [1 / 7, 0.5 / 7] as const;

/** Pixels of a length in points. */
export function pixels(points: number): number {
  return points * PIXELS / POINTS;
}
