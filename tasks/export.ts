import { UsageError } from "../lib/errors.ts";
import { exportNir, NIR_POOLINGS } from "../lib/exchange/export_nir.ts";
import { exportPyTorch } from "../lib/exchange/export_pytorch.ts";
import type { KnownNetwork } from "../lib/exchange/known_network.ts";
import { disposeModel } from "../lib/models/model.ts";
import type { Life } from "../lib/models/network.ts";
import { oneOf, path } from "./arguments.ts";
import { ruleGiven } from "./evaluate.ts";
import { requireWritableFile } from "./files.ts";
import { NETWORK, networkNamed, openNamed } from "./network_arguments.ts";
import { defineTask, runTask } from "./task.ts";
import { toUser } from "./user_path.ts";

interface Options {
  to?: string;
  output?: string;
  life?: string;
  pool?: string;
  rule: string[];
}

interface Plan {
  network: string;
  output: string;
  write: (network: KnownNetwork) => string[];
}

const LIVES: readonly Life[] = ["ann", "snn"];

/** `deno task export`. */
export const exportTask = defineTask({
  name: "export",
  description:
    "Writes a trained network for PyTorch, with the Python file that builds it and a card, or as a graph of NIR.",
  declare: (command) =>
    command
      .argument("<network>", NETWORK)
      .option("--to <format>", "pytorch, or nir: the spiking life as a graph of NIR", framework)
      .option("--output <file>", "the file to write: .safetensors for pytorch, .nir for nir", path)
      .option(
        "--life <name>",
        "pytorch: whose norm statistics, ann or snn (without it the ANN's where there is one)",
      )
      .option(
        "--pool <kind>",
        "nir: sum (Norse, sinabs) or average (SpikingJelly, snnTorch), of a network that pools",
      )
      .option(
        "--rule <setting...>",
        "nir, of a network not trained as an SNN: its neurons, e.g. proxy T=15 threshold=2",
        [],
      ),
  plan(network: string, options: Options): Plan {
    const to = needed("--to", options.to, "write --to pytorch or --to nir");
    const output = needed("--output", options.output, "name the file to write");
    const named = networkNamed(network);
    requireOutput(output, to === "nir" ? ".nir" : ".safetensors");
    return { network: named, output, write: to === "nir" ? nir(output, options) : pyTorch(output, options) };
  },
  async act({ network, write }) {
    const known = await openNamed(network);
    try {
      for (const file of write(known)) console.log(toUser(file));
    } finally {
      disposeModel(known.model);
    }
  },
});

function pyTorch(output: string, { life, pool, rule }: Options): Plan["write"] {
  if (pool !== undefined || rule.length > 0) {
    throw new UsageError(
      `Reading the command line: --${pool === undefined ? "rule" : "pool"} belongs to --to nir.`,
    );
  }
  const found = oneOf("--life", life, LIVES);
  return (network) => exportPyTorch(network, output, { life: found });
}

function nir(output: string, { life, pool, rule: settings }: Options): Plan["write"] {
  if (life !== undefined) throw new UsageError("Reading the command line: --life belongs to --to pytorch.");
  const kind = oneOf("--pool", pool, NIR_POOLINGS);
  const rule = settings.length === 0 ? undefined : ruleGiven(settings);
  return (network) => exportNir(network, output, { pool: kind, rule });
}

function framework(name: string): string {
  if (name === "pytorch" || name === "nir") return name;
  throw new UsageError(`Reading --to ${name}: it is unknown; use pytorch or nir.`);
}

/** What fixes a missing --output. */
export const NAME_IT = "name the safetensors file to write";

/** The value of an option that must be given. */
export function needed<Value>(option: string, value: Value | undefined, fix: string): Value {
  if (value !== undefined) return value;
  throw new UsageError(`Reading the command line: ${option} is missing; ${fix}.`);
}

/** The output is a file of that ending that can be written. */
export function requireOutput(output: string, ending: string = ".safetensors"): void {
  if (!output.endsWith(ending)) {
    throw new UsageError(`Writing to ${toUser(output)}: let the file's name end with ${ending}.`);
  }
  requireWritableFile(output);
}

if (import.meta.main) await runTask(exportTask);
