import type { ParameterCount } from "../../experiments/sharing/parameter_counts.ts";
import type { Table } from "../table.ts";

const BYTES = 4;
const MEBIBYTE = 2 ** 20;

/** Exact parameters of published networks by what they share: counted on built models, nothing is trained. */
export function parametersTable(counts: readonly ParameterCount[], title: string): Table {
  return {
    name: `parameters-${title.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`,
    title: `Parameters of ${title}`,
    caption: "Trainable parameters, counted on the built models.",
    label: "",
    columns: [
      { heading: "Network", format: "text" },
      { heading: "Classes", format: "integer" },
      { heading: "Shared", format: "text" },
      { heading: "Parameters", format: "integer" },
      { heading: "Unshared / shared", format: "decimal", digits: 2 },
      { heading: "Fewer (%)", format: "percent" },
      { heading: "Memory (MiB)", format: "decimal", digits: 2 },
      { heading: "MACs per image (M)", format: "decimal", digits: 1 },
    ],
    rows: counts.map((count) => [
      networkName(count),
      count.classes,
      count.sharing,
      count.parameters,
      count.unsharedParameters / count.parameters,
      1 - count.parameters / count.unsharedParameters,
      BYTES * count.parameters / MEBIBYTE,
      count.macs / 1e6,
    ]),
    notes: [
      "Memory: four bytes a parameter. Training also keeps gradients and the optimiser's state, which shrink alike.",
      "MACs: multiply-accumulate operations of a forward pass; sharing does not change them.",
    ],
  };
}

function networkName({ architecture, channels, depth, kernel, patch }: ParameterCount): string {
  if (architecture === "SE-ResNet") return `SE-ResNet-${6 * depth + 2} (n = ${depth})`;
  return `ConvMixer-${channels[0]}/${depth}, k = ${kernel}, p = ${patch}`;
}
