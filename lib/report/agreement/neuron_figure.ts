import { UsageError } from "../../errors.ts";
import {
  axis,
  axisKey,
  axisName,
  colour,
  type Figure,
  GREY,
  INK,
  look,
  type Mark,
  type Trace,
} from "../figure.ts";
import { agreementText } from "./neuron_table.ts";
import { agreementWith, type NeuronCase, type NeuronTrace, ourTrace } from "./traces.ts";
import { FRAMEWORKS, NAMES, WAY_NAMES } from "./ways.ts";

type YAxis = NonNullable<Mark["yref"]>;

const WIDTH = 860;
/** Height of a panel, and what lies above and below all of them. */
const PANEL = 74;
const AROUND = 140;
const GAP = 0.012;

/** Which neuron of a case is drawn. */
export interface NeuronChoice {
  case: string;
  /** Its number, from 0; without one the neuron whose spikes differ in most frameworks. */
  neuron?: number | undefined;
}

/** Membrane and spikes of one neuron in every framework, ours in grey behind. Throws a UsageError for an unknown case or neuron. */
export function neuronFigure(cases: readonly NeuronCase[], choice: NeuronChoice): Figure {
  const one = chosenCase(cases, choice.case);
  const at = chosenNeuron(one, choice.neuron);
  const { threshold, reset, initialMembrane } = one.neuron;
  const title = `One IF neuron in five frameworks: ${one.case}, neuron ${at}`;
  const height = AROUND + PANEL * one.traces.length;
  return {
    name: `neuron-${one.case}`,
    title,
    caption:
      `θ = ${threshold} (dashed), ${
        reset === "hard" ? "hard" : "soft"
      } reset, membrane at ${initialMembrane} before the first step. Line: membrane after the reset; triangle: spike (with its number where ` +
      "several); grey: ours. At the right: how far the framework agrees with ours on all neurons of the case.",
    label: "",
    wide: true,
    data: one.traces.flatMap((trace, panel) => panelOf(one, trace, at, panel)),
    layout: layoutOf(one, at, look(title, "", { width: WIDTH, height })),
  };
}

function chosenCase(cases: readonly NeuronCase[], name: string): NeuronCase {
  const found = cases.find((one) => one.case === name);
  if (found !== undefined) return found;
  const known = cases.map((one) => one.case).join(", ");
  throw new UsageError(`Drawing the case "${name}": it is unknown; use one of ${known}.`);
}

function chosenNeuron(one: NeuronCase, asked: number | undefined): number {
  const N = one.currents[0]?.length ?? 0;
  if (asked === undefined) return mostDiffering(one, N);
  if (Number.isInteger(asked) && asked >= 0 && asked < N) return asked;
  throw new UsageError(
    `Drawing neuron ${asked} of ${one.case}: there is no such neuron; use one from 0 to ${N - 1}.`,
  );
}

/** The neuron whose spikes differ in most traces, the first of several. */
function mostDiffering(one: NeuronCase, N: number): number {
  const alone = (trace: NeuronTrace, n: number) => ({
    ...trace,
    spikes: trace.spikes.map((row) => [row[n] ?? NaN]),
    membrane: trace.membrane.map((row) => [row[n] ?? NaN]),
  });
  const differing = Array.from({ length: N }, (_, n) => {
    const ours = alone(ourTrace(one), n);
    return one.traces.filter((trace) => agreementWith(ours, alone(trace, n)).from !== null).length;
  });
  return differing.indexOf(Math.max(...differing));
}

function panelOf(one: NeuronCase, trace: NeuronTrace, at: number, panel: number): Trace[] {
  const ours = ourTrace(one);
  const line = ({ membrane }: NeuronTrace, ink: string, width: number): Trace => ({
    ...{ type: "scatter", mode: "lines+markers", xaxis: "x", yaxis: axisName("y", panel) },
    x: membrane.map((_, t) => t + 1),
    y: membrane.map((row) => row[at] ?? NaN),
    ...{ line: { color: ink, width }, marker: { color: ink, size: 4 }, showlegend: false },
    hovertemplate: "step %{x}: %{y}<extra></extra>",
  });
  const ink = colour(FRAMEWORKS.indexOf(trace.framework));
  const fired = trace.spikes.flatMap((row, t) =>
    (row[at] ?? 0) > 0 ? [{ step: t + 1, spikes: row[at] }] : []
  );
  const spikes: Trace = {
    ...{ type: "scatter", mode: "text+markers", xaxis: "x", yaxis: axisName("y", panel) },
    x: fired.map(({ step }) => step),
    y: fired.map(() => one.neuron.threshold),
    text: fired.map((spike) => spike.spikes === 1 ? "" : String(spike.spikes)),
    textposition: "middle right",
    marker: { symbol: "triangle-up", size: 10, color: ink, line: { color: INK, width: 0.5 } },
    showlegend: false,
    hovertemplate: "step %{x}: a spike<extra></extra>",
  };
  return [...(trace === ours ? [] : [line(ours, GREY, 4)]), line(trace, ink, 1.8), spikes];
}

function layoutOf(one: NeuronCase, at: number, base: Figure["layout"]): Figure["layout"] {
  const { threshold } = one.neuron;
  const all = [threshold, ...one.traces.flatMap(({ membrane }) => membrane.map((row) => row[at] ?? 0))];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const range: [number, number] = [low - 0.12 * (high - low), high + 0.2 * (high - low)];
  const panels = one.traces.length;
  const bottom = (panel: number) => 1 - (panel + 1) / panels;
  const domain = (panel: number): [number, number] => [bottom(panel), bottom(panel) + 1 / panels - GAP];
  const T = one.currents.length;
  return {
    ...base,
    margin: { ...base.margin, r: 230 },
    xaxis: axis("Time step", { range: [0.6, T + 0.4], dtick: 1, anchor: axisName("y", panels - 1) }),
    ...Object.fromEntries(one.traces.map((_, panel) => [
      axisKey("y", panel),
      axis("", { domain: domain(panel), range, nticks: 3, tickfont: { size: 10 } }),
    ])),
    shapes: one.traces.map((_, panel): Mark => ({
      ...{ type: "line", xref: "paper", x0: 0, x1: 1, yref: axisName("y", panel) as YAxis },
      ...{ y0: threshold, y1: threshold, line: { color: INK, width: 1, dash: "dash" } },
    })),
    annotations: one.traces.map((trace, panel) => ({
      text: noteOf(one, trace),
      ...{ x: 1.02, xref: "paper", xanchor: "left", yref: "paper", yanchor: "middle" },
      y: bottom(panel) + 0.5 / panels,
      ...{ showarrow: false, align: "left", font: { size: 11 } },
    })),
  };
}

function noteOf(one: NeuronCase, trace: NeuronTrace): string {
  const { framework, way } = trace;
  if (trace === ourTrace(one)) return `<b>${NAMES[framework]}</b>`;
  return `<b>${NAMES[framework]}</b>, ${WAY_NAMES[way]}<br>${agreementText(one, framework, way)}`;
}
