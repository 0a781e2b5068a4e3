import type { RunRecord } from "../../runs/record.ts";
import { type Axis, axis, emptyNote, type Figure, look, type Mark, type Trace, WIDEST } from "../figure.ts";
import { spread } from "../frame.ts";
import { legendAtRight } from "../legend_at_right.ts";
import { evaluatedLabel, isSpiking, mainLabel, reducedLabel, type RunGroup, seedsLabel } from "../label.ts";
import { seriesTraces } from "../spiking/series.ts";
import { whyEmpty } from "../spiking/why_empty.ts";
import { lastAccuracy, lineLook, methods, spikingMethods } from "./methods.ts";
import { costOfAnn, type ReadOut, readOuts } from "./time_and_cost.ts";

/** The accuracy of an ANN beside SNNs. */
export interface Level {
  name: string;
  /** Percent. */
  accuracy: number;
  macs: number;
}

/** What accuracy is drawn against, and how ANNs stand beside it. */
export interface Against {
  name: string;
  title: string;
  caption: string;
  xaxis: Axis;
  x: (readOut: ReadOut) => number;
  /** Read-outs before this x are left out. */
  least: number;
  ann: (level: Level) => { shapes: Mark[]; data: Trace[] };
  /** What a line is called; after its learning rule where it is not given. */
  nameOf?: (record: RunRecord) => string;
}

/** Argmax accuracy of every trained SNN at all its read-outs, means over the seeds. */
export function readOutFigure(records: readonly RunRecord[], against: Against): Figure {
  const { name, title, caption, xaxis, ann } = against;
  const groups = spikingMethods(records);
  const label = reducedLabel(records);
  const levels = annLevels(records).map(ann);
  return legendAtRight({
    name: `${records[0]?.experiment ?? "comparison"}-${name}`,
    title,
    caption: `${evaluatedLabel(records)}, ${seedsLabel(records)}. ${caption}.`,
    label,
    data: [
      ...groups.flatMap((group) => curve(group, groups, against)),
      ...levels.flatMap(({ data }) => data),
    ],
    layout: {
      ...look(title, label, { width: WIDEST, height: 480 }),
      xaxis,
      yaxis: axis("Accuracy, argmax (%)"),
      shapes: levels.flatMap(({ shapes }) => shapes),
      annotations: groups.length > 0 ? [] : [emptyNote(whyEmpty(methods(records)))],
    },
  });
}

/** The ANNs alone of some records. */
export function annLevels(records: readonly RunRecord[]): Level[] {
  return methods(records).flatMap(({ first, finished }) => {
    const accuracy = spread(finished.map(lastAccuracy));
    if (isSpiking(first) || accuracy === null) return [];
    return [{ name: mainLabel(first), accuracy: 100 * accuracy.mean, macs: costOfAnn(first).macs }];
  });
}

/** Means over the seeds at each step, of x as of accuracy. */
function curve(
  group: RunGroup,
  all: readonly RunGroup[],
  { x, least, nameOf = mainLabel }: Against,
): Trace[] {
  const runs = group.finished.map((record) => readOuts(record)).filter(({ length }) => length > 0);
  const steps = runs[0]?.length ?? 0;
  const at = Array.from({ length: steps }, (_, t) => runs.map((run) => run[t] as ReadOut));
  const points = at.map((some) => ({
    x: spread(some.map(x))?.mean ?? NaN,
    values: some.map(({ argmax }) => argmax),
  })).filter((point) => point.x > 0 && point.x >= least);
  return seriesTraces(
    { x: points.map((point) => point.x), values: points.map(({ values }) => values) },
    { ...lineLook(group, all), name: nameOf(group.first), group: group.first.row },
  );
}
