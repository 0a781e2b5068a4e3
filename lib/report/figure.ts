import type {
  Annotation,
  AxisName,
  Data,
  Layout,
  LayoutAxis,
  LayoutImage,
  ScatterData,
  Shape,
} from "plotly.js-dist-min";

/** What is drawn: one of plotly's traces. */
export type Trace = Data;
/** A trace of points, with what most kinds have in common. */
export type PointTrace = Partial<ScatterData>;
export type { AxisName };
export type Axis = Partial<LayoutAxis>;
export type Note = Partial<Annotation>;
export type Mark = Partial<Shape>;
export type Picture = Partial<LayoutImage>;

/** A plotly figure with what a paper needs beside it. */
export interface Figure {
  /** Its file's name. */
  name: string;
  title: string;
  /** Says what is shown, of which runs. */
  caption: string;
  /** What the runs' profile reduces, or "": the drawing carries it too. */
  label: string;
  /** Plotly traces. */
  data: Trace[];
  layout: Partial<Layout> & { width: number; height: number };
  /** It has so many panels that a publication gives it the width of the page instead of a column. */
  wide?: boolean;
  /** It is laid out for a publication: its files carry its title and caption as text, and its PNG has so many dots per inch. */
  print?: { dpi: number };
}

/** Okabe and Ito's palette, told apart by colour-blind eyes; without its yellow, which is too light on white. */
export const PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"] as const;

export const GREY = "#9a9a9a";
export const INK = "#222222";
export const FONT = "Open Sans, Arial, Helvetica, sans-serif";

/** The palette's colour number `index`, round and round. */
export function colour(index: number): string {
  return PALETTE[index % PALETTE.length] as string;
}

/** A colour with an opacity, for bands. */
export function translucent(hex: string, opacity: number): string {
  const part = (at: number) => parseInt(hex.slice(at, at + 2), 16);
  return `rgba(${part(1)},${part(3)},${part(5)},${opacity})`;
}

/** Pixels of the widest figure: what a notebook has beside the file browser on a screen of 1,280. */
export const WIDEST = 840;

/** Pixels of a line of text above the drawing, and of a letter of the title and of the label. */
const [LINE, TITLE_LETTER, LABEL_LETTER] = [21, 8.8, 6.6];

/**
 * Title, size and legend of a figure; `label` ("Reduced (quick): ...") stands under the title, both broken into lines. The height is
 * that of a figure with one line of each: more of them make it taller, so that the drawing keeps its size.
 */
export function look(
  title: string,
  label: string,
  { width, height }: { width: number; height: number },
): Figure["layout"] {
  const titles = wrap(title, Math.floor(width / TITLE_LETTER));
  const labels = wrap(label, Math.floor(width / LABEL_LETTER));
  const text = [
    ...titles.map((line) => `<b>${line}</b>`),
    ...labels.map((line) => `<span style="font-size:12px;color:#444444">${line}</span>`),
  ];
  const more = LINE * (titles.length - 1 + Math.max(0, labels.length - 1));
  return {
    width,
    height: height + more,
    title: {
      ...{ text: text.join("<br>"), font: { size: 16 }, pad: { l: 16, t: 20 } },
      ...{ x: 0, xref: "container", xanchor: "left", y: 1, yref: "container", yanchor: "top" },
    },
    font: { family: FONT, size: 13, color: INK },
    paper_bgcolor: "#ffffff",
    plot_bgcolor: "#ffffff",
    margin: { l: 64, r: 24, t: 56 + LINE * Math.min(1, labels.length) + more, b: 56 },
    hoverlabel: { font: { family: FONT }, namelength: -1 },
    bargap: 0.25,
  };
}

/** An axis with a title, ticks outside and light grid lines. */
export function axis(title: string, extra: Axis = {}): Axis {
  return {
    title: { text: title, standoff: 8 },
    showline: true,
    linecolor: INK,
    ticks: "outside",
    tickcolor: INK,
    gridcolor: "#e6e6e6",
    zeroline: false,
    automargin: true,
    ...extra,
  };
}

/** The name of a panel's axis, from panel 0 on: "x", "x2", ... */
export function axisName(letter: "x" | "y", panel: number): AxisName {
  return `${letter}${panel === 0 ? "" : panel + 1}` as AxisName;
}

/** The same in a layout: "xaxis", "xaxis2", ... */
export function axisKey(letter: "x" | "y", panel: number): string {
  return axisName(letter, panel).replace(letter, `${letter}axis`);
}

/** Breaks text at blanks into lines of at most `width` characters; a longer word stays whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ").filter((part) => part !== "")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

/** A sentence in the middle of an otherwise empty figure. */
export function emptyNote(text: string): Note {
  return {
    text: wrap(text, 70).join("<br>"),
    showarrow: false,
    ...{ x: 0.5, y: 0.5, xref: "paper", yref: "paper" },
    font: { size: 14, color: INK },
  };
}
