import { GREY, type PointTrace, type Trace } from "../figure.ts";

const SYMBOLS = [
  ...["circle", "square", "diamond", "triangle-up", "x", "triangle-down", "cross", "star"],
  ...["circle-open", "square-open", "diamond-open", "triangle-up-open"],
] as const;
const HATCHES = ["", "/", "\\", "x", "-", "|", "+", "."] as const;
/** A line of more points carries markers at so many of them. */
const MARKED = 8;

/** Whether an axis is logarithmic, by its name ("x", "x2", ...). */
export type IsLog = (axis: string) => boolean;

/**
 * Traces that can be told apart without their colours: lines of each colour carry markers of a shape of their own, at a few of
 * their points where they have many; bars are hatched, where asked for. Traces of points alone keep the shapes they have.
 */
export function withSecondCue(
  data: readonly Trace[],
  { isLog, hatched, size }: { isLog: IsLog; hatched: boolean; size: number },
): Trace[] {
  const lines = data.filter(isLine);
  const colours = [...new Set(lines.map(colourOf))];
  const bars = data.filter(({ type }) => type === "bar");
  return data.flatMap((trace) => {
    if (trace.type === "bar") return [hatched && bars.length > 1 ? hatch(trace, bars.indexOf(trace)) : trace];
    if (!isLine(trace) || colours.length < 2) return [trace];
    const turn = colours.indexOf(colourOf(trace));
    return withMarkers(trace, {
      symbol: SYMBOLS[turn % SYMBOLS.length] as typeof SYMBOLS[number],
      turn,
      isLog,
      size,
    });
  });
}

/** A line that stands for a series: no band, no line that only guides the eye. */
function isLine(trace: Trace): trace is PointTrace {
  const { type, mode, fill, line, x } = trace as PointTrace;
  const drawn = line?.width !== 0 && colourOf(trace as PointTrace) !== GREY;
  const known = (x as unknown[] | undefined)?.some((value) => value !== null) ?? false;
  return type === "scatter" && (mode?.includes("lines") ?? false) && fill === undefined && drawn && known;
}

function colourOf({ line, marker }: PointTrace): string {
  return String(line?.color ?? marker?.color);
}

interface Markers {
  symbol: typeof SYMBOLS[number];
  /** The number of the colour: lines carry their markers at different places. */
  turn: number;
  isLog: IsLog;
  size: number;
}

function withMarkers(trace: PointTrace, { symbol, turn, isLog, size }: Markers): Trace[] {
  const marker = { color: colourOf(trace), symbol, size };
  const x = trace.x as number[];
  if (x.length <= 2 * MARKED) return [{ ...trace, mode: "lines+markers", marker }];
  const at = spaced(x, turn, isLog(trace.xaxis ?? "x"));
  const some = (values: unknown) => at.map((index) => (values as number[])[index] as number);
  const sparse = { ...trace, mode: "markers", x: some(trace.x), y: some(trace.y), marker, showlegend: false };
  const named = { ...trace, mode: "lines+markers", x: [null], y: [null], marker };
  return [
    { ...trace, mode: "lines", showlegend: false } as Trace,
    sparse as Trace,
    ...(trace.showlegend === false ? [] : [named as Trace]),
  ];
}

/** Indices of points that lie evenly along the axis. */
function spaced(x: readonly number[], turn: number, log: boolean): number[] {
  const place = (value: number) => log ? Math.log(value) : value;
  const places = x.map(place);
  const [low, high] = [Math.min(...places), Math.max(...places)];
  const wanted = Array.from(
    { length: MARKED },
    (_, index) => low + (high - low) * (index + (turn % 4) / 4) / (MARKED - 0.25),
  );
  const nearest = wanted.map((want) =>
    places.reduce(
      (best, one, index) => Math.abs(one - want) < Math.abs((places[best] as number) - want) ? index : best,
      0,
    )
  );
  return [...new Set(nearest)];
}

function hatch(bar: Trace, turn: number): Trace {
  const { marker } = bar as { marker?: object };
  const pattern = {
    shape: HATCHES[turn % HATCHES.length],
    size: 4,
    solidity: 0.25,
    fgcolor: "#ffffff",
    fillmode: "overlay",
  };
  return { ...bar, marker: { ...marker, pattern } } as Trace;
}
