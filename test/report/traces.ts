import type { Figure, PointTrace } from "../../lib/report/figure.ts";

/** A figure's traces with all that any kind of them may have. */
export function tracesOf({ data }: Pick<Figure, "data">): (PointTrace & Record<string, unknown>)[] {
  return data as unknown as (PointTrace & Record<string, unknown>)[];
}
