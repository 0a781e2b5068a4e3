import { createHash } from "node:crypto";
import { countParameters } from "../models/model.ts";
import type { Life } from "../models/network.ts";
import type { RunConfig } from "../runs/config/config.ts";
import type { RunRecord, Score } from "../runs/record.ts";
import type { KnownNetwork } from "./known_network.ts";

interface Written {
  /** The name of the network's file. */
  file: string;
  /** Whose statistics its norms have. */
  life: Life;
  bytes: Uint8Array;
  /** Tensors in it. */
  keys: number;
}

/** A short card of an exported network: what it is, what made it, how well it did, how to load it, and the sums to check. */
export function cardOf(network: KnownNetwork, { file, life, bytes, keys }: Written): string {
  const { record, model, architecture } = network;
  const sums = [
    [file, createHash("sha256").update(bytes).digest("hex")],
    ...Object.entries(record?.provenance.data ?? {}),
  ];
  return [
    `# ${file.replace(/\.safetensors$/, "")}`,
    `${
      countParameters(model).toLocaleString("en-US")
    } trainable parameters (a shared one counts once) in ${keys} tensors.`,
    ...(record === undefined ? [] : made(record)),
    ...(network.config === undefined ? [] : simulated(network.config, file)),
    "## Loading it",
    fenced("python", life === "snn" ? spiking(file, network.config) : artificial(file)),
    "## Architecture",
    fenced("json", JSON.stringify(architecture, null, 1)),
    ...(record === undefined
      ? []
      : ["## Configuration", fenced("json", JSON.stringify(record.config, null, 1))]),
    "## SHA-256",
    fenced("", sums.map(([name, sum]) => `${sum}  ${name}`).join("\n")),
  ].join("\n\n") + "\n";
}

function artificial(file: string): string {
  return [
    "from weightshare_models import load, prepare\n",
    `model, about = load("${file}")  # weightshare_models.py lies beside it`,
    "logits = model(prepare(images, about))  # uint8 [N, H, W, C]",
  ].join("\n");
}

/** How the SNN of a converted network is made of its weights. */
function simulated({ rule }: RunConfig, file: string): string[] {
  if (rule.name !== "conversion") return [];
  const { T, reset, initialMembrane, pooling, readout } = rule;
  const resets = reset === "hard" ? "to 0" : "by subtraction";
  const pools = pooling === "gated"
    ? "max pooling passes the spikes of the most active neuron"
    : "max pooling fires where one of its neurons does";
  const read = readout === "current" ? "mean current" : "spikes";
  return [
    `Its SNN has an IF neuron of threshold 1 for every ReLU, reset ${resets}, membranes from ${initialMembrane}, over ${T} steps of a constant ` +
    `current; ${pools}, and the last layer is read by its ${read}. \`deno task evaluate ${file}\` simulates it.`,
  ];
}

/** With the neurons that the network was trained with, where these and its norms are those of every step. */
function spiking(file: string, config: RunConfig | undefined): string {
  const rule = config?.rule;
  const known = rule !== undefined && "threshold" in rule && rule.name !== "tandem";
  const [threshold, reset, T] = known
    ? [float(rule.threshold), rule.reset === "hard" ? "0.0" : "None", rule.T]
    : ["THRESHOLD", "RESET", "T"];
  return [
    "from spikingjelly.activation_based import functional, neuron",
    "from weightshare_models import load, prepare\n",
    "# weightshare_models.py lies beside it",
    `model, about = load("${file}", lambda: neuron.IFNode(v_threshold=${threshold}, v_reset=${reset}))`,
    "functional.reset_net(model)",
    "x = prepare(images, about)  # uint8 [N, H, W, C], a constant current",
    `counts = sum(model(x) for _ in range(${T}))`,
  ].join("\n");
}

/** As Python writes it: SpikingJelly takes no whole number. */
function float(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function fenced(language: string, text: string): string {
  return "```" + language + "\n" + text + "\n```";
}

function made(
  { hash, experiment, row, profile, reduced, last, evaluatedOn, provenance, config }: RunRecord,
): string[] {
  const commit = provenance.gitCommit === null ? "" : ` of commit ${provenance.gitCommit}`;
  const { trainedBy } = provenance;
  const by = trainedBy === undefined
    ? "by"
    : `trained by ${trainedBy.program} on ${
      /^\d/.test(trainedBy.device) ? "" : "one "
    }${trainedBy.device} (${trainedBy.precision}), measured by`;
  return [
    `Run ${hash} (experiment ${experiment}, row ${row}, profile ${profile}, seed ${config.seed}) ${by} weightshare ${provenance.weightshare}${commit}; ` +
    `TensorFlow ${provenance.tensorflow}, kernels ${provenance.kernels}, ${provenance.threads} threads.` +
    (reduced.length === 0 ? "" : ` Reduced against the published recipe: ${reduced.join("; ")}.`),
    "| life | argmax | expected over ties | tie-inclusive | tied | silent |\n| --- | --- | --- | --- | --- | --- |\n" +
    Object.entries(last?.evaluation ?? {}).map(([life, score]) => scoreRow(life, score)).join("\n"),
    `Shares of the ${evaluatedOn} images (${config.data.name}) after epoch ${last?.epoch}. Argmax takes the first of several largest ` +
    `outputs; tie-inclusive counts a tie as right wherever the label is among them.`,
  ];
}

function scoreRow(life: string, { argmax, expected, tieInclusive, tied, silent }: Score): string {
  const percent = (share: number | undefined) => share === undefined ? "" : `${(100 * share).toFixed(2)} %`;
  return `| ${life.toUpperCase()} | ${
    [argmax, expected, tieInclusive, tied, silent].map(percent).join(" | ")
  } |`;
}
