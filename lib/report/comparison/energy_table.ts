import { twoLivesSpec } from "../../models/all.ts";
import type { RunRecord } from "../../runs/record.ts";
import {
  type Activity,
  ARITHMETICS,
  ENERGY_FORMULAS,
  type EnergyFormula,
} from "../../spiking/energy_formulas.ts";
import { MICROJOULE } from "../../spiking/energy.ts";
import { spread } from "../frame.ts";
import { evaluatedLabel, mainLabel, reducedLabel } from "../label.ts";
import { requireTwoLives } from "../require_records.ts";
import { type Cell, type ColumnOf, makeTable, type Table } from "../table.ts";
import { spikingMethods } from "./methods.ts";
import { CLOSE, neededReadOut, readOuts } from "./time_and_cost.ts";

type ArithmeticName = keyof typeof ARITHMETICS;

/** A line: a formula under an arithmetic, or how far the formulas differ. */
interface EnergyRow {
  arithmetic: ArithmeticName;
  name: string;
  source: string;
  cell: (runs: readonly Activity[]) => Cell;
}

/** What the same spikes cost under each published formula, and how far the answers differ. */
export function energyTable(records: readonly RunRecord[]): Table {
  requireTwoLives("Making the table of energies", records);
  const groups = spikingMethods(records).map(({ first, finished }) => ({
    first,
    runs: activitiesOf(finished),
  }))
    .filter(({ runs }) => runs.length > 0);
  return makeTable(
    {
      name: `${records[0]?.experiment ?? "comparison"}-energy`,
      title: "Energy of an image under each published formula",
      caption: `µJ of one image, on ${
        evaluatedLabel(records)
      }, the same spikes in every row: those until the smallest t within ${
        100 * CLOSE
      } points of the network's best.`,
      label: reducedLabel(records),
      notes: NOTES,
    },
    [
      { heading: "Arithmetic", format: "text", cell: ({ arithmetic }) => arithmetic },
      { heading: "Formula", format: "text", cell: ({ name }) => name },
      ...groups.map(({ first, runs }): ColumnOf<EnergyRow> => ({
        ...{ heading: mainLabel(first), format: "decimal", digits: 2 },
        cell: ({ cell }) => cell(runs),
      })),
      { heading: "Source", format: "text", cell: ({ source }) => source },
    ],
    (Object.keys(ARITHMETICS) as ArithmeticName[]).flatMap(rowsOf),
  );
}

const NOTES = [
  "Mean spikes × operations: spikes of a neuron until then, over all neurons, times the ANN's operations, each an addition.",
  "Rate × T × FLOPs, layer by layer: of what arrives at a layer, behind pooling, so that every event counts; the first layer once, as products with the image. It is the energy in the table of costs.",
  "+ membrane updates: the same and an addition for every neuron and step. + first layer every step: the same, with the first layer's products made again at each step.",
  "ANN, zeros skipped: products with an activation or a pixel of zero cost nothing, at the density measured in the ANN of the same weights. No number: the record is from before that was measured.",
  "SNN / ANN: the least and the most that these formulas give, over the ANN's energy in the same arithmetic.",
  "Horowitz (ISSCC 2014, 45 nm): float32 4.6 pJ a multiply-accumulate and 0.9 pJ an addition; int8 0.3 pJ (a product of 0.2, an addition to 32 bits of 0.1) and 0.1 pJ. Arithmetic alone: moving weights, membranes and spikes costs more and is in no row.",
];

function rowsOf(arithmetic: ArithmeticName): EnergyRow[] {
  const formulas = ENERGY_FORMULAS.map((formula): EnergyRow => ({
    ...{ arithmetic, name: formula.name, source: formula.source },
    cell: (runs) => energies(formula, arithmetic, runs),
  }));
  const spikes = ENERGY_FORMULAS.filter(({ life }) => life === "snn");
  const anns = ENERGY_FORMULAS.filter(({ life }) => life === "ann");
  const far = (name: string, pick: (...ratios: number[]) => number): EnergyRow => ({
    ...{ arithmetic, name, source: "rows above" },
    cell: (runs) => spread(runs.map((run) => pick(...ratios(run, arithmetic, spikes, anns)))),
  });
  return [...formulas, far("SNN / ANN, least", Math.min), far("SNN / ANN, most", Math.max)];
}

/** In µJ; one number where all runs agree, as they do on an ANN of which every product is counted. */
function energies({ energy }: EnergyFormula, arithmetic: ArithmeticName, runs: readonly Activity[]): Cell {
  const found = runs.flatMap((run) => energy(run, ARITHMETICS[arithmetic]) ?? []).map((joules) =>
    joules / MICROJOULE
  );
  return new Set(found).size === 1 ? found[0] as number : spread(found);
}

/** Every answer to how much an SNN costs of what the ANN does. */
function ratios(
  run: Activity,
  arithmetic: ArithmeticName,
  spikes: readonly EnergyFormula[],
  anns: readonly EnergyFormula[],
): number[] {
  const of = (some: readonly EnergyFormula[]) =>
    some.flatMap(({ energy }) => energy(run, ARITHMETICS[arithmetic]) ?? []);
  return of(anns).flatMap((ann) => of(spikes).map((snn) => snn / ann));
}

function activitiesOf(finished: readonly RunRecord[]): Activity[] {
  return finished.flatMap((record) => activityOf(record) ?? []);
}

/** What a run's SNN does until the read-out that it needs; undefined where its spikes were not counted. */
function activityOf(record: RunRecord): Activity | undefined {
  const out = neededReadOut(readOuts(record));
  if (out === undefined || record.spiking === undefined) return undefined;
  const neurons = Object.values(record.spiking.neurons).reduce((sum, count) => sum + count, 0);
  const { t, spikes, operations } = out;
  return {
    spec: twoLivesSpec(record.config.network),
    t,
    spikes,
    operations,
    neurons,
    density: record.spiking.density ?? null,
  };
}
