/** How command lines name a trained network and its architecture. */
import type { Command } from "commander";
import { existsSync } from "node:fs";
import { UsageError } from "../lib/errors.ts";
import { type Architecture, parseArchitecture } from "../lib/exchange/architecture.ts";
import { isHash, recordOfHash, runOfRecord } from "../lib/exchange/find_run.ts";
import { type KnownNetwork, openFile, openRun } from "../lib/exchange/known_network.ts";
import { layersOf, NORMED } from "../lib/models/layer_notation.ts";
import type { Layer } from "../lib/models/network.ts";
import { parseSetting } from "../lib/runs/config/settings.ts";
import { whole } from "./arguments.ts";
import { requireFile } from "./files.ts";
import { fromUser } from "./user_path.ts";

/** What names a network: the path of a record, or of a safetensors file. */
export const NETWORK =
  "a run's hash or its beginning, the path of its record, or a safetensors file of a network";

/** The path of the record or file that a word names: a path that is there, or a hash. */
export function networkNamed(word: string): string {
  const file = fromUser(word);
  if (isHash(word) && !existsSync(file)) return recordOfHash(word);
  requireFile("Opening", file, "a record or of a safetensors file, or give a run's hash");
  return file;
}

/** Opens a run by its record, or a file of a network. */
export async function openNamed(path: string, architecture?: Architecture): Promise<KnownNetwork> {
  return path.endsWith(".json") ? await openRun(runOfRecord(path)) : await openFile(path, architecture);
}

/** Options that say what network a file is of that does not say it itself. */
export interface ArchitectureOptions {
  network: string[];
  layers?: string;
  norms?: string;
  biases?: string;
  input?: [number, number, number];
  classes?: number;
}

/** Adds them to a command. */
export function declareArchitecture(command: Command): Command {
  return command
    .option(
      "--network <setting...>",
      "of a file that does not say it: its network, e.g. convmixer dim=256 depth=8 kernel=5 patch=2 sharing=none",
      [],
    )
    .option("--layers <notation>", "or its layers, e.g. 16C3-P2-32C3-P2-128-10", String)
    .option(
      "--norms <layers>",
      `with --layers, those with batch norm: none, ${NORMED.join(", ")} (without it the first of these)`,
    )
    .option("--biases <layers>", "with --layers, those with a bias: none, linear or all (without it none)")
    .option("--input <shape>", "height, width and channels of an image, e.g. 28x28x1", shapeOf)
    .option("--classes <number>", "with --network, its classes (without it 10)", whole("--classes", 1, 256));
}

function shapeOf(text: string): [number, number, number] {
  const [, height, width, channels] = /^(\d{1,5})x(\d{1,5})x(\d{1,5})$/.exec(text) ?? [];
  if (channels !== undefined) return [Number(height), Number(width), Number(channels)];
  throw new UsageError(`Reading --input ${text}: write height, width and channels, e.g. 28x28x1.`);
}

/** The architecture that options give; nothing where they give none. */
export function architectureGiven(options: ArchitectureOptions): Architecture | undefined {
  const { network, layers, input, classes, norms, biases } = options;
  const [name, ...settings] = network;
  if (name === undefined && layers === undefined) {
    const alone = Object.entries({ norms, biases, input, classes }).find(([_, value]) => value !== undefined);
    if (alone === undefined) return undefined;
    throw new UsageError(
      `Reading the command line: --${alone[0]} belongs to --network or --layers; give one of them.`,
    );
  }
  if (name !== undefined && layers !== undefined) {
    throw new UsageError(
      "Reading the command line: --network and --layers exclude each other; give one of them.",
    );
  }
  if (input === undefined) {
    throw new UsageError("Reading the command line: an architecture needs --input, e.g. --input 32x32x3.");
  }
  if (layers !== undefined) return parseArchitecture({ input, layers: layersGiven(layers, norms, biases) });
  return parseArchitecture({
    network: { name, ...Object.fromEntries(settings.map(settingOf)) },
    image: input,
    classes: classes ?? 10,
  });
}

/** A setting "KEY=VALUE" of a list of them. */
export function settingOf(text: string): [string, unknown] {
  return parseSetting(text, "the setting");
}

function layersGiven(notation: string, norms: string = NORMED[0], biases = "none"): Layer[] {
  requireOneOf("--norms", norms, ["none", ...NORMED]);
  requireOneOf("--biases", biases, ["none", "linear", "all"]);
  const named = NORMED.find((one) => one === norms);
  return layersOf(notation, named === undefined ? {} : { norms: named }).map((layer): Layer => {
    if (layer.type !== "conv" && layer.type !== "linear") return layer;
    const bias = biases === "all" || biases === layer.type;
    const norm = named === undefined ? false : layer.norm ?? false;
    return { ...layer, norm, ...(bias ? { bias } : {}) };
  });
}

function requireOneOf(option: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  throw new UsageError(`Reading ${option} ${value}: it must be one of ${allowed.join(", ")}.`);
}
