import { UsageError } from "../lib/errors.ts";
import type { Architecture } from "../lib/exchange/architecture.ts";
import { openFile } from "../lib/exchange/known_network.ts";
import { writeNetwork } from "../lib/exchange/write_network.ts";
import { countParameters, disposeModel } from "../lib/models/model.ts";
import { path } from "./arguments.ts";
import { NAME_IT, needed, requireOutput } from "./export.ts";
import { realPath, requireFile } from "./files.ts";
import { architectureGiven, type ArchitectureOptions, declareArchitecture } from "./network_arguments.ts";
import { defineTask, runTask } from "./task.ts";
import { toUser } from "./user_path.ts";

interface Plan {
  file: string;
  output: string;
  architecture: Architecture | undefined;
}

/** `deno task import`. */
export const importTask = defineTask({
  name: "import",
  description:
    "Brings in a network trained in PyTorch: checks a safetensors file of its state_dict() and writes one that evaluate and export take.",
  declare: (command) =>
    declareArchitecture(
      command
        .argument("<file>", "a safetensors file in PyTorch's layout", path)
        .option("--output <file>", "the safetensors file to write", path),
    ),
  plan(file: string, { output: wanted, ...options }: ArchitectureOptions & { output?: string }): Plan {
    const output = needed("--output", wanted, NAME_IT);
    requireFile("Importing", file, "a safetensors file in PyTorch's layout");
    requireOutput(output);
    if (realPath(file) === realPath(output)) {
      throw new UsageError(`Importing ${toUser(file)}: --output is the same file; name another.`);
    }
    return { file, output, architecture: architectureGiven(options) };
  },
  async act({ file, output, architecture }) {
    const network = await openFile(file, architecture);
    try {
      writeNetwork(network, output);
      console.log(
        `${toUser(output)}: ${countParameters(network.model).toLocaleString("en-US")} trainable parameters`,
      );
    } finally {
      disposeModel(network.model);
    }
  },
});

if (import.meta.main) await runTask(importTask);
