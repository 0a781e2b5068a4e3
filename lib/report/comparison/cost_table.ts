import { trainedSteps } from "../../learning/rules/all.ts";
import type { RunRecord } from "../../runs/record.ts";
import { ENERGY } from "../../spiking/energy.ts";
import { spread } from "../frame.ts";
import { evaluatedLabel, isSpiking, mainLabel, reducedLabel, type RunGroup } from "../label.ts";
import type { Cell, Column, Table } from "../table.ts";
import { lastAccuracy, methods, spikingMethods } from "./methods.ts";
import { bestReadOut, CLOSE, costOfAnn, neededReadOut, type ReadOut, readOuts } from "./time_and_cost.ts";
import { requireTwoLives } from "../require_records.ts";

const NEEDED = "At the T needed";
const MEGA = 1e6;
const MICROJOULE = 1e-6;

/** How many time steps every SNN needs, and what an image costs until then, beside the ANN. */
export function costTable(records: readonly RunRecord[]): Table {
  requireTwoLives("Making the table of costs", records);
  const anns = methods(records).filter(({ first, finished }) => !isSpiking(first) && finished.length > 0);
  return {
    name: `${records[0]?.experiment ?? "comparison"}-cost`,
    title: "Time steps and operations that each network needs",
    caption: `Of one image, on ${evaluatedLabel(records)}. T needed: the smallest t within ${
      100 * CLOSE
    } points of the network's best.`,
    label: reducedLabel(records),
    columns: [
      { heading: "Network", format: "text" },
      { heading: "Runs (n)", format: "integer" },
      { heading: "Trained with T", format: "integer" },
      { group: "Simulation", heading: "steps", format: "integer" },
      { group: "Simulation", heading: "forward passes", format: "integer" },
      { group: "Best read-out", heading: "argmax (%)", format: "percent" },
      { group: "Best read-out", heading: "t", format: "decimal", digits: 0 },
      { heading: "T needed", format: "decimal", digits: 1 },
      { group: NEEDED, heading: "argmax (%)", format: "percent" },
      { group: NEEDED, heading: "spikes (1,000)", format: "decimal", digits: 1 },
      { group: NEEDED, heading: "operations (M)", format: "decimal", digits: 2 },
      { group: NEEDED, heading: "energy (µJ)", format: "decimal", digits: 2 },
      { group: NEEDED, heading: "energy / ANN's", format: "decimal", digits: 2 },
    ] satisfies Column[],
    rows: [...spikingMethods(records).map(spikingRow), ...anns.map(annRow)],
    notes: [
      "One simulation of every image gives the read-outs after all steps: forward passes is how often an image was simulated for them.",
      "Best read-out and T needed are found on the evaluated images themselves, for every network alike.",
      "Operations: additions of a weight to a membrane, one for every synapse that a spike reaches (border effects neglected); of the ANN multiply-accumulates.",
      `Energy: ${ENERGY.multiplyAccumulate * 1e12} pJ a multiply-accumulate, ${
        ENERGY.accumulate * 1e12
      } pJ an addition (float32, 45 nm; Horowitz, ISSCC 2014), the SNN's first layer once as multiply-accumulates. An estimate of arithmetic alone: moving weights, membranes and spikes costs more and is not in it.`,
    ],
  };
}

function spikingRow({ first, finished }: RunGroup): Cell[] {
  const runs = finished.filter(({ spiking }) => spiking !== undefined);
  const outs = runs.map((record) => readOuts(record));
  const best = outs.flatMap((some) => bestReadOut(some) ?? []);
  const needed = outs.flatMap((some) => neededReadOut(some) ?? []);
  const over = (value: (one: ReadOut) => number) => spread(needed.map(value));
  const { rule } = first.config;
  return [
    mainLabel(first),
    runs.length,
    trainedSteps(rule),
    runs[0]?.spiking?.overTime.length ?? null,
    runs[0]?.spiking?.forwardPasses ?? null,
    spread(best.map(({ argmax }) => argmax)),
    spread(best.map(({ t }) => t)),
    over(({ t }) => t),
    over(({ argmax }) => argmax),
    over(({ spikes }) => spikes / 1_000),
    over(({ operations }) => operations / MEGA),
    over(({ energy }) => energy / MICROJOULE),
    over(({ energy }) => energy / costOfAnn(first).energy),
  ];
}

function annRow({ first, finished }: RunGroup): Cell[] {
  const { macs, energy } = costOfAnn(first);
  const accuracy = spread(finished.map(lastAccuracy));
  return [
    ...[mainLabel(first), finished.length, null, null, null, accuracy, null, null, accuracy, null],
    ...[macs / MEGA, energy / MICROJOULE, 1],
  ];
}
