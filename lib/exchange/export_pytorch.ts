import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Normalisation } from "../data/augment/normalise.ts";
import { RECIPES } from "../data/augment/recipe.ts";
import { UsageError } from "../errors.ts";
import { writeWhole } from "../files.ts";
import { modelVariables } from "../models/model.ts";
import type { Life } from "../models/network.ts";
import { type HostTensor, packSafetensors } from "../ops/safetensors.ts";
import { ROOT } from "../paths.ts";
import { canonicalJson, type RunConfig } from "../runs/config/config.ts";
import { hostTensors } from "../runs/weights.ts";
import { hasStatisticsOfLives } from "./architecture.ts";
import { cardOf } from "./card.ts";
import type { KnownNetwork } from "./known_network.ts";
import { pyTorchKeys, sharedKeys, toPyTorch } from "./pytorch_layout.ts";

/** The Python file that builds an exported network; it travels with it. */
const MODULE = "weightshare_models.py";

export interface PyTorchOptions {
  /** The life whose running statistics are written, the ANN's where there is one: PyTorch's norms have one set. */
  life?: Life | undefined;
}

/**
 * Writes a network for PyTorch: a safetensors file in PyTorch's layout under the field's names, which `load_state_dict` takes;
 * beside it a Python file that builds the module, and a card. A kernel that several layers share is written for each use.
 * Gives the paths, the network's first.
 */
export function exportPyTorch(
  network: KnownNetwork,
  output: string,
  { life }: PyTorchOptions = {},
): string[] {
  const written = exportedLife(network, life);
  const packed = packPyTorch(network, written);
  const [card, module] = [output.replace(/(\.safetensors)?$/, ".card.md"), join(dirname(output), MODULE)];
  const code = readFileSync(join(ROOT, "lib", "exchange", "pytorch", MODULE));
  writeWhole(module, code);
  writeWhole(
    card,
    cardOf(network, {
      ...{ file: basename(output), life: written, bytes: packed },
      keys: keysOf(network, "ann").length,
    }),
  );
  writeWhole(output, packed);
  return [output, module, card];
}

/** The bytes of the safetensors file. */
function packPyTorch(network: KnownNetwork, life: Life): Uint8Array {
  const { architecture, config, about, model } = network;
  const keys = keysOf(network, life);
  const ours = hostTensors(modelVariables(model));
  const tensors = keys.map((key) => [key.key, toPyTorch(ours.get(key.name) as HostTensor, key)] as const);
  return packSafetensors(new Map(tensors), {
    format: "pt",
    layout: "pytorch",
    architecture: JSON.stringify(architecture),
    shared: JSON.stringify(sharedKeys(keys)),
    images: JSON.stringify({ range: [0, 1], ...normalisationOf(config) }),
    ...(hasStatisticsOfLives(architecture) ? { life } : {}),
    ...(config === undefined ? {} : { config: canonicalJson(config) }),
    ...about,
  });
}

function keysOf({ architecture }: KnownNetwork, life: Life) {
  return pyTorchKeys(architecture, life);
}

function normalisationOf(config: RunConfig | undefined): Partial<Normalisation> {
  const recipe = config?.data.augmentation ?? "none";
  return recipe in RECIPES ? RECIPES[recipe as keyof typeof RECIPES].normalisation : {};
}

/** The life asked for, or the ANN where the network was read as one. */
function exportedLife(
  { name, architecture, life: only, reader }: KnownNetwork,
  asked: Life | undefined,
): Life {
  const lives = only !== undefined ? [only] : reader?.lives ?? ["ann", "snn"];
  if (asked === undefined) return lives.includes("ann") ? "ann" : "snn";
  if ("layers" in architecture ? lives.includes(asked) : asked === "ann") return asked;
  throw new UsageError(
    `Exporting ${name}: it has no running statistics of the ${asked.toUpperCase()}, but of the ${
      ("layers" in architecture ? lives : ["ann"]).join(" and ").toUpperCase()
    }; leave --life out.`,
  );
}
