import type { RunRecord } from "../runs/record.ts";
import { mainLabel } from "./label.ts";

type Config = RunRecord["config"];

/** How a row was trained, in one line: what two rows of a table differ in can be read off. */
export function recipeNote(record: RunRecord): string {
  const { rule, optimiser, training, network } = record.config;
  const who = network.name === "convmixer" || network.name === "se-resnet" ? "Recipe" : mainLabel(record);
  return `${who}: ${optimiserText(optimiser)}, ` +
    `${training.epochs} epochs, batch ${training.batch}, ${networkText(network)}; ${ruleText(rule)}.`;
}

const OPTIMISERS = { adam: "Adam", adamw: "AdamW", sgd: "SGD" };

function optimiserText(optimiser: Config["optimiser"]): string {
  return `${OPTIMISERS[optimiser.name]}, learning rate ${rateText(optimiser)}`;
}

/** What an optimiser has beside its learning rate: "Adam, 0.9 / 0.999, decay 0". */
export function adamText(optimiser: Config["optimiser"]): string {
  const betas = "beta1" in optimiser ? [`${optimiser.beta1} / ${optimiser.beta2}`] : [];
  return [OPTIMISERS[optimiser.name], ...betas, `decay ${optimiser.weightDecay}`].join(", ");
}

/** When norms freeze: "after epoch 2 of 3", or "never". */
export function freezing({ training: { epochs, freezeNormAfter } }: Config): string {
  return freezeNormAfter < epochs ? `after epoch ${freezeNormAfter} of ${epochs}` : "never";
}

/** A learning rate and what becomes of it. */
export function rateText(
  { schedule, learningRate, finalLearningRate, milestones, factor }: Config["optimiser"],
): string {
  switch (schedule) {
    case "constant":
      return `${learningRate} constant`;
    case "cosine":
      return `${learningRate} to ${finalLearningRate} (cosine)`;
    case "multistep":
      return `${learningRate}, times ${factor} after epoch ${milestones?.join(", ")}`;
  }
}

function networkText(network: Config["network"]): string {
  switch (network.name) {
    case "convmixer":
      return `ConvMixer-${network.dim}/${network.depth}, kernel ${network.kernel}, patch ${network.patch}`;
    case "se-resnet":
      return `SE-ResNet n = ${network.n}, widths ${network.widths.join("/")}`;
    default:
      return `width × ${network.width}`;
  }
}

/** What a learning rule does, with its settings. */
export function ruleText(rule: Config["rule"]): string {
  switch (rule.name) {
    case "ann":
      return "cross entropy";
    case "proxy":
      return `squared error of ${
        rule.output === "count" ? `spike counts, target ${rule.target}` : `rates, target ${rule.target}`
      }, ${neuronText(rule)}`;
    case "no-replacement":
      return `squared error of the ANN's own outputs, target ${rule.target}, ${neuronText(rule)}`;
    case "surrogate":
      return `squared error of rates, ATan surrogate of steepness ${rule.alpha}, reset ${
        rule.detachReset ? "detached" : "not detached"
      }, ${neuronText(rule)}`;
    case "tandem":
      return `cross entropy of a linear read-out of spike counts, ${
        rule.norms === "of-counts" ? "norms of counts, " : ""
      }${neuronText(rule)}`;
    case "conversion":
      return `the ANN alone, converted by ${
        rule.percentile === 100 ? "maximum" : `${rule.percentile}-percentile`
      } activations, ${rule.reset} reset, initial membrane ${rule.initialMembrane} thresholds, ${
        [
          ...(rule.pooling === "gated" ? ["gated pooling"] : []),
          ...(rule.readout === "current" ? ["current read out"] : []),
          `T = ${rule.T}`,
        ].join(", ")
      }`;
  }
}

function neuronText({ threshold, reset, T }: { threshold: number; reset: string; T: number }): string {
  return `threshold ${threshold}, ${reset} reset, T = ${T}`;
}
