import { trainedSteps } from "../../learning/rules/all.ts";
import type { RunRecord } from "../../runs/record.ts";
import { ENERGY, MICROJOULE } from "../../spiking/energy.ts";
import { type Spread, spread } from "../frame.ts";
import { evaluatedLabel, isSpiking, mainLabel, reducedLabel, type RunGroup } from "../label.ts";
import { makeTable, type Table } from "../table.ts";
import { lastAccuracy, methods, spikingMethods } from "./methods.ts";
import { bestReadOut, CLOSE, costOfAnn, neededReadOut, type ReadOut, readOuts } from "./time_and_cost.ts";
import { requireTwoLives } from "../require_records.ts";

const NEEDED = "At the T needed";
const MEGA = 1e6;

/** How many time steps every SNN needs, and what an image costs until then, beside the ANN. */
export function costTable(records: readonly RunRecord[]): Table {
  requireTwoLives("Making the table of costs", records);
  const anns = methods(records).filter(({ first, finished }) => !isSpiking(first) && finished.length > 0);
  return makeTable(
    {
      name: `${records[0]?.experiment ?? "comparison"}-cost`,
      title: "Time steps and operations that each network needs",
      caption: `Of one image, on ${evaluatedLabel(records)}. T needed: the smallest t within ${
        100 * CLOSE
      } points of the network's best.`,
      label: reducedLabel(records),
      notes: [
        "One simulation of every image gives the read-outs after all steps: forward passes is how often an image was simulated for them.",
        "Best read-out and T needed are found on the evaluated images themselves, for every network alike.",
        "Operations: additions of a weight to a membrane, one for every synapse that a spike reaches (border effects neglected); of the ANN multiply-accumulates.",
        `Energy: ${ENERGY.multiplyAccumulate * 1e12} pJ a multiply-accumulate, ${
          ENERGY.accumulate * 1e12
        } pJ an addition (float32, 45 nm; Horowitz, ISSCC 2014), the SNN's first layer once as multiply-accumulates. An estimate of arithmetic alone: moving weights, membranes and spikes costs more and is not in it.`,
      ],
    },
    [
      { heading: "Network", format: "text", cell: ({ group }) => mainLabel(group.first) },
      { heading: "Runs (n)", format: "integer", cell: ({ runs }) => runs.length },
      {
        heading: "Trained with T",
        format: "integer",
        cell: ({ group }) => trainedSteps(group.first.config.rule),
      },
      { group: "Simulation", heading: "steps", format: "integer", cell: ({ runs }) => stepsOf(runs[0]) },
      {
        ...{ group: "Simulation", heading: "forward passes", format: "integer" },
        cell: ({ runs }) => runs[0]?.spiking?.forwardPasses ?? null,
      },
      {
        ...{ group: "Best read-out", heading: "argmax (%)", format: "percent", best: "highest" },
        cell: ({ best, ann }) => ann?.accuracy ?? mean(best, ({ argmax }) => argmax),
      },
      {
        ...{ group: "Best read-out", heading: "t", format: "decimal", digits: 0 },
        cell: ({ best }) => mean(best, ({ t }) => t),
      },
      {
        ...{ heading: "T needed", format: "decimal", digits: 1, best: "lowest" },
        cell: ({ needed }) => mean(needed, ({ t }) => t),
      },
      {
        ...{ group: NEEDED, heading: "argmax (%)", format: "percent", best: "highest" },
        cell: ({ needed, ann }) => ann?.accuracy ?? mean(needed, ({ argmax }) => argmax),
      },
      {
        ...{ group: NEEDED, heading: "spikes (1,000)", format: "decimal", digits: 1 },
        cell: ({ needed }) => mean(needed, ({ spikes }) => spikes / 1_000),
      },
      {
        ...{ group: NEEDED, heading: "operations (M)", format: "decimal", digits: 2 },
        cell: ({ needed, ann, macs }) =>
          ann ? macs / MEGA : mean(needed, ({ operations }) => operations / MEGA),
      },
      {
        ...{ group: NEEDED, heading: "energy (µJ)", format: "decimal", digits: 2, best: "lowest" },
        cell: ({ needed, ann, energyOfAnn }) =>
          ann ? energyOfAnn / MICROJOULE : mean(needed, ({ energy }) => energy / MICROJOULE),
      },
      {
        ...{ group: NEEDED, heading: "energy / ANN's", format: "decimal", digits: 2, best: "lowest" },
        cell: ({ needed, ann, energyOfAnn }) => ann ? 1 : mean(needed, ({ energy }) => energy / energyOfAnn),
      },
    ],
    [...spikingMethods(records), ...anns].map(costOf),
  );
}

/** A line of the table. */
interface CostRow {
  group: RunGroup;
  runs: RunRecord[];
  best: ReadOut[];
  needed: ReadOut[];
  /** Of an ANN alone, which is not read out over time. */
  ann: { accuracy: Spread | null } | null;
  macs: number;
  energyOfAnn: number;
}

function costOf(group: RunGroup): CostRow {
  const { first, finished } = group;
  const spiking = isSpiking(first);
  const runs = finished.filter((record) => !spiking || record.spiking !== undefined);
  const outs = spiking ? runs.map((record) => readOuts(record)) : [];
  const { macs, energy } = costOfAnn(first);
  return {
    ...{ group, runs, macs, energyOfAnn: energy },
    best: outs.flatMap((some) => bestReadOut(some) ?? []),
    needed: outs.flatMap((some) => neededReadOut(some) ?? []),
    ann: spiking ? null : { accuracy: spread(finished.map(lastAccuracy)) },
  };
}

function stepsOf(record: RunRecord | undefined): number | null {
  return record?.spiking?.overTime.length ?? null;
}

function mean(outs: readonly ReadOut[], value: (out: ReadOut) => number): Spread | null {
  return spread(outs.map(value));
}
