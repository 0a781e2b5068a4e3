import { canonicalJson } from "../../runs/config/config.ts";
import type { RunRecord } from "../../runs/record.ts";
import { mainLabel, reducedLabel } from "../label.ts";
import { adamText, freezing, rateText } from "../recipe.ts";
import type { Cell, Column, Table } from "../table.ts";
import { methods } from "./methods.ts";

type Rule = RunRecord["config"]["rule"];

/** What the learning rules of a comparison differ in. */
export function rulesTable(records: readonly RunRecord[]): Table {
  const own = haveTheirOwn(records);
  return {
    name: `${records[0]?.experiment ?? "comparison"}-rules`,
    title: "What the learning rules differ in",
    caption: own
      ? "Network, data, batch and epochs are the same for all; the optimiser, and when norms freeze, belong to each rule."
      : "Network, data, batch, epochs and optimiser are the same for all.",
    label: reducedLabel(records),
    columns: [
      { heading: "Network", format: "text" },
      { heading: "T while training", format: "integer" },
      { heading: "Neurons", format: "text" },
      { heading: "Output", format: "text" },
      { heading: "Loss", format: "text" },
      { heading: "Gradient", format: "text" },
      { heading: "Learning rate", format: "text" },
      ...(own ? [OPTIMISER, NORMS] : []),
      { heading: "Source", format: "text" },
    ],
    rows: methods(records).map(({ first }) => row(first, own)),
    notes: [
      "Every SNN gets the image as a constant current: the first layer's products are its input at every step.",
      ...records.slice(0, own ? 0 : 1).flatMap(({ config: { data } }) => LEARNING_RATES[data.name] ?? []).map(
        (
          chosen,
        ) => `Below the paper profile ${chosen}, on images held out from the training set.`,
      ),
    ],
  };
}

const OPTIMISER: Column = { heading: "Optimiser", format: "text" };
const NORMS: Column = { heading: "Norms freeze", format: "text" };

/** Whether rules differ in more of the optimiser than its learning rate, or in when norms freeze. */
function haveTheirOwn(records: readonly RunRecord[]): boolean {
  const shared = records.map(({ config: { optimiser: { learningRate: _rate, ...optimiser }, training } }) =>
    canonicalJson({ optimiser, freezeNormAfter: training.freezeNormAfter })
  );
  return new Set(shared).size > 1;
}

/** Where a data set's learning rates come from. */
const LEARNING_RATES: Record<string, string> = {
  "fashion-mnist":
    "the proxy's learning rate, which the ANN has as well, was chosen in fashion-mnist-proxy-tuning, those of tandem learning and surrogate gradients in fashion-mnist-comparison-tuning",
  "cifar-10":
    "every rule's learning rate was chosen in cifar-10-comparison-tuning, the proxy's in cifar-10-proxy-tuning",
};

function row(record: RunRecord, own: boolean): Cell[] {
  const { rule, optimiser } = record.config;
  const its = own ? [adamText(optimiser), freezing(record.config)] : [];
  const trained = rule.name === "ann" || rule.name === "conversion" ? null : rule.T;
  return [mainLabel(record), trained, ...words(rule), rateText(optimiser), ...its, SOURCES[rule.name]];
}

/** Neurons, output, loss and gradient. */
function words(rule: Rule): [string, string, string, string] {
  switch (rule.name) {
    case "ann":
      return ["ReLU", "logits", "cross entropy", "the network's own"];
    case "proxy": {
      const output = rule.output === "count" ? "spike counts" : "firing rates";
      const wanted = rule.output === "count"
        ? `${rule.target} ${rule.target === 1 ? "spike" : "spikes"}`
        : `rate ${rule.target}`;
      return [
        neurons(rule),
        output,
        `squared error, ${wanted} of the true class`,
        "through the ANN that shares the weights",
      ];
    }
    case "no-replacement":
      return [
        neurons(rule),
        "the ANN's own",
        `squared error, ${rule.target} of the true class`,
        "the ANN's own; the SNN only reads its weights",
      ];
    case "surrogate":
      return [
        neurons(rule),
        "firing rates",
        "squared error, rate 1 of the true class",
        `through all T steps, ATan (α = ${rule.alpha}), ${
          rule.detachReset ? "not through the reset" : "also through the reset"
        }`,
      ];
    case "tandem":
      return [
        neurons(rule),
        "a linear layer on spike counts",
        "cross entropy",
        `through an ANN whose activations are the spike counts${
          rule.norms === "of-counts" ? " and whose norms act on the response to counts" : ""
        }${rule.stopAtSaturation ? ", none at neurons that fire at every step" : ""}`,
      ];
    case "conversion":
      return [
        `${neurons({ ...rule, threshold: 1 })}, membrane from ${rule.initialMembrane}${
          rule.pooling === "gated" ? ", gated pooling" : ""
        }`,
        rule.readout === "current" ? "the last layer's mean current" : "spike counts",
        "the ANN's cross entropy",
        "none: the ANN's, before the conversion",
      ];
  }
}

function neurons({ threshold, reset }: { threshold: number; reset: "hard" | "subtract" }): string {
  return `IF, threshold ${threshold}, ${reset === "hard" ? "hard" : "soft"} reset`;
}

const SOURCES: Record<Rule["name"], string> = {
  ann: "–",
  proxy: "Kheradpisheh et al. 2022 and its released code",
  "no-replacement": "a control of ours",
  tandem: "Wu et al. 2021",
  surrogate: "Neftci et al. 2019; ATan as in SpikingJelly",
  conversion: "Diehl et al. 2015; Rueckauer et al. 2017",
};
