import type { DatasetName } from "../../data/sets/all.ts";
import { trainedSteps } from "../../learning/rules/all.ts";
import { canonicalJson } from "../../runs/config/config.ts";
import type { RunRecord } from "../../runs/record.ts";
import { mainLabel, reducedLabel } from "../label.ts";
import { freezing } from "../freezing.ts";
import { adamText, rateText } from "../recipe.ts";
import { type ColumnOf, makeTable, type Table } from "../table.ts";
import { wordsOf } from "../words/all.ts";
import { methods } from "./methods.ts";
import { requireTwoLives } from "../require_records.ts";

/** What the learning rules of a comparison differ in. */
export function rulesTable(records: readonly RunRecord[]): Table {
  requireTwoLives("Making the table of what the rules do", records);
  const own = haveTheirOwn(records);
  return makeTable(
    {
      name: `${records[0]?.experiment ?? "comparison"}-rules`,
      title: "What the learning rules differ in",
      caption: own
        ? "Network, data, batch and epochs are the same for all; the optimiser, and when norms freeze, belong to each rule."
        : "Network, data, batch, epochs and optimiser are the same for all.",
      label: reducedLabel(records),
      notes: [
        "Every SNN gets the image as a constant current: the first layer's products are its input at every step.",
        ...records.slice(0, own ? 0 : 1).flatMap(({ config: { data } }) => LEARNING_RATES[data.name] ?? [])
          .map(
            (
              chosen,
            ) => `Below the paper profile ${chosen}, on images held out from the training set.`,
          ),
      ],
    },
    [
      { heading: "Network", format: "text", cell: ({ record }) => mainLabel(record) },
      { heading: "T while training", format: "integer", cell: ({ config: { rule } }) => trainedSteps(rule) },
      { heading: "Neurons", format: "text", cell: ({ says }) => says.neurons },
      { heading: "Output", format: "text", cell: ({ says }) => says.output },
      { heading: "Loss", format: "text", cell: ({ says }) => says.loss },
      { heading: "Gradient", format: "text", cell: ({ says }) => says.gradient },
      { heading: "Learning rate", format: "text", cell: ({ config: { optimiser } }) => rateText(optimiser) },
      ...(own ? OWN : []),
      { heading: "Source", format: "text", cell: ({ config: { rule } }) => wordsOf(rule).source },
    ],
    methods(records).map(({ first }) => {
      const { config } = first;
      return { record: first, config, says: wordsOf(config.rule).row(config.rule) };
    }),
  );
}

/** A line of the table: a record, and what its rule says of itself. */
interface RuleRow {
  record: RunRecord;
  config: RunRecord["config"];
  says: Record<"neurons" | "output" | "loss" | "gradient", string>;
}

/** What is only shown where it belongs to each rule. */
const OWN: ColumnOf<RuleRow>[] = [
  { heading: "Optimiser", format: "text", cell: ({ config: { optimiser } }) => adamText(optimiser) },
  { heading: "Norms freeze", format: "text", cell: ({ config }) => freezing(config) },
];

/** Whether rules differ in more of the optimiser than its learning rate, or in when norms freeze. */
function haveTheirOwn(records: readonly RunRecord[]): boolean {
  const shared = records.map(({ config: { optimiser: { learningRate: _rate, ...optimiser }, training } }) =>
    canonicalJson({ optimiser, freezeNormAfter: training.freezeNormAfter })
  );
  return new Set(shared).size > 1;
}

/** Where a data set's learning rates come from. */
const LEARNING_RATES: Readonly<Record<DatasetName, string | null>> = {
  "fashion-mnist":
    "the proxy's learning rate, which the ANN has as well, was chosen in fashion-mnist-proxy-tuning, those of tandem learning and surrogate gradients in fashion-mnist-comparison-tuning",
  "cifar-10":
    "every rule's learning rate was chosen in cifar-10-comparison-tuning, the proxy's in cifar-10-proxy-tuning",
  "cifar-100": null,
};
