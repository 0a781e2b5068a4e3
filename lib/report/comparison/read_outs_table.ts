import { trainedSteps } from "../../learning/rules/all.ts";
import type { RunRecord, TimeStepScore } from "../../runs/record.ts";
import { spread } from "../frame.ts";
import { evaluatedLabel, mainLabel, reducedLabel, type RunGroup } from "../label.ts";
import { type ColumnOf, makeTable, type Table } from "../table.ts";
import { spikingMethods } from "./methods.ts";
import { requireTwoLives } from "../require_records.ts";

/** A step that every SNN is read out at, whatever it was trained with. */
const COMMON = 30;

/** Columns of the step that suits each network best. */
const OWN = "At its own step";

const READ_OUTS: { heading: string; of: (score: TimeStepScore) => number | undefined }[] = [
  { heading: "argmax", of: ({ argmax }) => argmax },
  { heading: "expected", of: ({ expected }) => expected },
  { heading: "with membrane", of: ({ withMembrane }) => withMembrane },
];

/** A step and the score there on the evaluated images. */
interface OwnStep {
  t: number;
  argmax: number;
}

/** Whether records know more than one read-out; older ones do not. */
export function haveReadOuts(records: readonly RunRecord[]): boolean {
  return records.some(({ spiking }) => spiking?.overTime.some(({ expected }) => expected !== undefined));
}

/** Every SNN by the same read-outs at the same steps: how much of a difference hangs on how outputs are read. */
export function readOutsTable(records: readonly RunRecord[]): Table {
  requireTwoLives("Making the table of read-outs", records);
  const groups = spikingMethods(records);
  const choosing = groups.some(({ finished }) => finished.some(ownStep));
  const steps = [...new Set([commonSteps(groups), COMMON])].filter((step) => step > 0);
  return makeTable(
    {
      name: `${records[0]?.experiment ?? "comparison"}-read-outs`,
      title: "The same read-outs at the same time steps",
      caption: `Accuracy on ${
        evaluatedLabel(records)
      }, one simulation of each. Mean ± standard deviation over seeds.`,
      label: reducedLabel(records),
      notes: [
        "Argmax of spike counts gives a tie to the first class, silence therefore to class 0; expected counts a tie of k as 1 / k.",
        "With membrane: argmax of spike count + membrane / threshold, what a neuron has fired and what it holds. No number: the output has no neurons, and real numbers do not tie.",
        ...(choosing
          ? [
            `Its own step: the first of highest argmax accuracy on ${
              heldOutLabel(records)
            } training images that were held out to choose it.`,
          ]
          : []),
      ],
    },
    [
      { heading: "Network", format: "text", cell: ({ first }) => mainLabel(first) },
      { heading: "Runs (n)", format: "integer", cell: ({ finished }) => finished.length },
      ...steps.flatMap((step) =>
        READ_OUTS.map(({ heading, of }): ColumnOf<RunGroup> => ({
          ...{ group: `At t = ${step} (%)`, heading, format: "percent", best: "highest" },
          cell: (group) => spread(scoresAt(group, step).flatMap((score) => of(score) ?? [])),
        }))
      ),
      ...(choosing ? OWN_STEP : []),
    ],
    groups,
  );
}

const OWN_STEP: ColumnOf<RunGroup>[] = [
  {
    ...{ group: OWN, heading: "t", format: "decimal", digits: 1 },
    cell: (group) => spread(ownSteps(group).map(({ t }) => t)),
  },
  {
    ...{ group: OWN, heading: "argmax (%)", format: "percent", best: "highest" },
    cell: (group) => spread(ownSteps(group).map(({ argmax }) => argmax)),
  },
];

function ownSteps({ finished }: RunGroup): OwnStep[] {
  return finished.flatMap((record) => ownStep(record) ?? []);
}

/** The step that held-out images choose, with the score there on the evaluated ones. */
function ownStep({ spiking }: RunRecord): OwnStep | undefined {
  const scores = spiking?.heldOutOverTime ?? [];
  const most = Math.max(...scores.map(({ argmax }) => argmax));
  const chosen = scores.find(({ argmax }) => argmax === most)?.t;
  return spiking?.overTime.find(({ t }) => t === chosen);
}

function heldOutLabel(records: readonly RunRecord[]): string {
  const numbers = new Set(records.flatMap(({ config }) => config.evaluation?.heldOutImages ?? []));
  return [...numbers].map((number) => number.toLocaleString("en-US")).join(" or ");
}

function scoresAt({ finished }: RunGroup, step: number): TimeStepScore[] {
  return finished.flatMap(({ spiking }) => spiking?.overTime.filter(({ t }) => t === step) ?? []);
}

/** The steps that most SNNs were trained with: the largest T; converted ones have none. */
function commonSteps(groups: readonly RunGroup[]): number {
  const steps = groups.flatMap(({ first: { config } }) => trainedSteps(config.rule) ?? []);
  return Math.max(0, ...steps);
}
