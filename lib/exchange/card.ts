import { createHash } from "node:crypto";
import { countParameters } from "../models/model.ts";
import type { RunRecord, Score } from "../runs/record.ts";
import type { KnownNetwork } from "./known_network.ts";

interface Written {
  /** The name of the network's file. */
  file: string;
  bytes: Uint8Array;
  /** Tensors in it. */
  keys: number;
}

/** A short card of an exported network: what it is, what made it, how well it did, how to load it, and the sums to check. */
export function cardOf(network: KnownNetwork, { file, bytes, keys }: Written): string {
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
    "## Loading it",
    "```python\n" +
    "from weightshare_models import load, prepare\n\n" +
    `model, about = load("${file}")  # weightshare_models.py lies beside it\n` +
    "logits = model(prepare(images, about))  # uint8 [N, H, W, C]\n" +
    "```",
    "## Architecture",
    fenced("json", JSON.stringify(architecture, null, 1)),
    ...(record === undefined
      ? []
      : ["## Configuration", fenced("json", JSON.stringify(record.config, null, 1))]),
    "## SHA-256",
    fenced("", sums.map(([name, sum]) => `${sum}  ${name}`).join("\n")),
  ].join("\n\n") + "\n";
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
    : `trained by ${trainedBy.program} on one ${trainedBy.device} (${trainedBy.precision}), measured by`;
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
