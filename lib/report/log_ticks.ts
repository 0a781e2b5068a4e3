import type { Axis } from "./figure.ts";

/** Ticks of an axis: fewer do not let one read a value between them, more run into each other. */
const [FEWEST, MOST] = [3, 9];

/**
 * Ticks of a logarithmic axis around some values, written like "20k": 1, 2, 5, 10, ... where they are few enough, else powers of ten, so
 * many apart as it takes; within less than a decade, round numbers evenly apart. Values that are not above zero have no place there.
 */
export function logTicks(values: readonly number[]): Axis {
  const known = values.filter((value) => value > 0 && Number.isFinite(value));
  if (known.length === 0) return {};
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const within = (ticks: readonly number[]) => ticks.filter((tick) => tick >= least && tick <= most).length;
  const fine = powers(least, most, 1).flatMap((power) => [power, 2 * power, 5 * power]);
  const inOrder = [fine, ...[1, 2, 3, 5, 10].map((apart) => powers(least, most, apart))];
  const tickvals = least < most && within(fine) < FEWEST
    ? evenly(least, most)
    : inOrder.find((ticks) => within(ticks) <= MOST) ?? powers(least, most, 20);
  return { tickvals, ticktext: tickvals.map(tickText) };
}

/** Powers of ten from below the least value to above the greatest, every so many of them. */
function powers(least: number, most: number, apart: number): number[] {
  const exponent = (value: number) => Math.log10(value) / apart;
  const [from, to] = [Math.floor(exponent(least)), Math.ceil(exponent(most))];
  return Array.from({ length: to - from + 1 }, (_, at) => 10 ** (apart * (from + at)));
}

/** Round numbers evenly apart, as many as it takes between the two, and one on either side. */
function evenly(least: number, most: number): number[] {
  const power = 10 ** Math.floor(Math.log10(most - least));
  const steps = [5 * power, 2 * power, power, power / 2];
  const step = steps.find((one) => Math.floor(most / one) - Math.ceil(least / one) + 1 >= FEWEST) ??
    power / 5;
  const [from, to] = [Math.floor(least / step), Math.ceil(most / step)];
  return Array.from({ length: to - from + 1 }, (_, at) => (from + at) * step).filter((tick) => tick > 0);
}

/** "0.05", "20k", "1.5M"; with a power of ten where it is far from one. */
function tickText(value: number): string {
  if (value >= 1e12 || value < 1e-4) {
    const [digits, exponent] = value.toExponential(4).split("e").map(Number) as [number, number];
    return `${digits === 1 ? "" : `${digits}·`}10<sup>${String(exponent).replace("-", "−")}</sup>`;
  }
  for (const [size, unit] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]] as const) {
    if (value >= size) return `${Number((value / size).toPrecision(5))}${unit}`;
  }
  return String(Number(value.toPrecision(5)));
}
