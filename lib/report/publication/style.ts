import { UsageError } from "../../errors.ts";

/** How figures and tables are set for one kind of publication. */
export interface Style {
  name: string;
  /** Widths in millimetres: one column, and the page's text. */
  column: number;
  page: number;
  /** The column is wider than the publisher's: what it holds spans the page. */
  spans?: boolean;
  /** The tallest figure, in millimetres, that leaves room for its caption. */
  tallest: number;
  /** Size of all text of a figure, in points (1/72 inch). */
  points: number;
  /** Bars are told apart by hatching beside colour. */
  hatched: boolean;
  /** The class wants a description of every figure for those who cannot see it. */
  described: boolean;
}

/**
 * The styles, by their publishers' guides.
 *
 * - nature: 89 or 183 mm wide, at most 170 mm high, text of 5 to 7 points, no grid, no patterns (research-figure-guide.nature.com,
 *   "Building and exporting figure panels", "Preparing figures - our specifications").
 * - ieee: 88.9 or 182 mm wide, text of about 9 points (IEEE Author Center, "Size requirements for graphics", "File formatting");
 *   8.8 inches of height less a caption.
 * - acm: the column and text width of acmart's sigconf (acmart.dtx: letter paper, margins of 54 pt, 2 pc between columns), a point
 *   less than its text of 9 points; a description of every figure (authors.acm.org, "Describing figures").
 * - slide: 10 inches of a slide of 13.3 x 7.5 inches; no publisher's rule, 18 points are read from the last row.
 */
export const STYLES = {
  nature: {
    ...{ name: "nature", column: 89, page: 183, tallest: 170 },
    ...{ points: 7, hatched: false, described: false },
  },
  ieee: {
    ...{ name: "ieee", column: 88.9, page: 182, tallest: 200 },
    ...{ points: 9, hatched: true, described: false },
  },
  acm: {
    ...{ name: "acm", column: 84.75, page: 177.9, tallest: 200 },
    ...{ points: 8, hatched: true, described: true },
  },
  slide: {
    ...{ name: "slide", column: 254, page: 254, tallest: 143 },
    ...{ points: 18, hatched: true, described: false },
  },
} as const satisfies Record<string, Style>;

export type StyleName = keyof typeof STYLES;

/** The style of a name. Throws a UsageError for one that there is not. */
export function parseStyle(name: string): StyleName {
  if (Object.hasOwn(STYLES, name)) return name as StyleName;
  throw new UsageError(
    `Reading the style "${name}": it is unknown; use one of ${Object.keys(STYLES).join(", ")}.`,
  );
}

/** Millimetres of a unit. */
const UNITS: Readonly<Record<string, number>> = { mm: 1, cm: 10, in: 25.4, pt: 25.4 / 72 };
/** Millimetres: less has no room for an axis, more is no page. */
const [NARROWEST, WIDEST] = [40, 1000];

/** A width such as "89mm", "3.5in" or "252pt" in millimetres. Throws a UsageError for another text, or a width that no page has. */
export function parseWidth(text: string): number {
  const [, value, unit = ""] = /^(\d+(?:\.\d+)?)\s*(mm|cm|in|pt)$/.exec(text) ?? [];
  const width = Number(value) * (UNITS[unit] ?? NaN);
  if (width >= NARROWEST && width <= WIDEST) return width;
  throw new UsageError(
    `Reading the width "${text}": it must be a number with its unit (mm, cm, in or pt) from ${NARROWEST} to ${WIDEST} mm, e.g. 89mm.`,
  );
}

/** The style, with another width of its column in millimetres where one is given; the page is never narrower. */
export function withColumn(style: Style, column: number | undefined): Style {
  if (column === undefined) return style;
  return { ...style, column, page: Math.max(style.page, column), spans: column > style.column };
}

/** The float that holds something in LaTeX: one with a star spans the page. */
export function floatOf(
  kind: "figure" | "table",
  wide: boolean,
  { column, page, spans = false }: Style,
): string {
  return spans || (wide && page > column) ? `${kind}*` : kind;
}

/** A style by its name, with another width of its column where one is asked for. */
export function styleOf(name: string, width?: string): Style {
  return withColumn(STYLES[parseStyle(name)], width === undefined ? undefined : parseWidth(width));
}
