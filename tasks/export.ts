import { UsageError } from "../lib/errors.ts";
import { exportPyTorch } from "../lib/exchange/export_pytorch.ts";
import { disposeModel } from "../lib/models/model.ts";
import type { Life } from "../lib/models/network.ts";
import { path } from "./arguments.ts";
import { requireWritableFile } from "./files.ts";
import { NETWORK, networkNamed, openNamed } from "./network_arguments.ts";
import { defineTask, runTask } from "./task.ts";
import { toUser } from "./user_path.ts";

interface Options {
  to?: string;
  output?: string;
  life?: string;
}

interface Plan {
  network: string;
  output: string;
  life: Life | undefined;
}

const LIVES: readonly Life[] = ["ann", "snn"];

/** `deno task export`. */
export const exportTask = defineTask({
  name: "export",
  description: "Writes a trained network for PyTorch, with the Python file that builds it and a card.",
  declare: (command) =>
    command
      .argument("<network>", NETWORK)
      .option("--to <framework>", "pytorch", framework)
      .option("--output <file>", "the safetensors file to write", path)
      .option("--life <name>", "whose norm statistics: ann or snn (without it the ANN's where there is one)"),
  plan(network: string, { to, output: file, life }: Options): Plan {
    needed("--to", to, "write --to pytorch");
    const output = needed("--output", file, NAME_IT);
    const found = LIVES.find((one) => one === life);
    if (life !== undefined && found === undefined) {
      throw new UsageError(`Reading --life ${life}: it is unknown; use one of ${LIVES.join(", ")}.`);
    }
    const named = networkNamed(network);
    requireOutput(output);
    return { network: named, output, life: found };
  },
  async act({ network, output, life }) {
    const known = await openNamed(network);
    try {
      for (const file of exportPyTorch(known, output, { life })) console.log(toUser(file));
    } finally {
      disposeModel(known.model);
    }
  },
});

function framework(name: string): string {
  if (name === "pytorch") return name;
  throw new UsageError(`Reading --to ${name}: it is unknown; use pytorch.`);
}

/** What mends a missing --output. */
export const NAME_IT = "name the safetensors file to write";

/** The value of an option that must be given. */
export function needed<Value>(option: string, value: Value | undefined, mend: string): Value {
  if (value !== undefined) return value;
  throw new UsageError(`Reading the command line: ${option} is missing; ${mend}.`);
}

/** The output is a safetensors file that can be written. */
export function requireOutput(output: string): void {
  if (!output.endsWith(".safetensors")) {
    throw new UsageError(
      `Writing to ${
        toUser(output)
      }: the file is in the safetensors format; let its name end with .safetensors.`,
    );
  }
  requireWritableFile(output);
}

if (import.meta.main) await runTask(exportTask);
