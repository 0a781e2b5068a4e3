import type { ParameterCount } from "../../experiments/sharing/parameter_counts.ts";
import type { Table } from "../table.ts";

const KIBIBYTE = 2 ** 10;
/** Bytes of a number. */
const FLOAT32 = 4;
const INT8 = 1;
/** One image's forward pass. */
const MEMORY = "Memory for one image (KiB)";

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
      { group: MEMORY, heading: "weights, float32", format: "decimal", digits: 1 },
      { group: MEMORY, heading: "with activations", format: "decimal", digits: 1 },
      { group: MEMORY, heading: "with activations, int8", format: "decimal", digits: 1 },
      { group: MEMORY, heading: "unshared / shared", format: "decimal", digits: 2 },
      { heading: "MACs per image (M)", format: "decimal", digits: 1 },
    ],
    rows: counts.map((count) => [
      networkName(count),
      count.classes,
      count.sharing,
      count.parameters,
      count.unsharedParameters / count.parameters,
      1 - count.parameters / count.unsharedParameters,
      FLOAT32 * count.parameters / KIBIBYTE,
      FLOAT32 * (count.parameters + count.activations) / KIBIBYTE,
      INT8 * (count.parameters + count.activations) / KIBIBYTE,
      (count.unsharedParameters + count.activations) / (count.parameters + count.activations),
      count.macs / 1e6,
    ]),
    notes: [
      "Memory: what a forward pass of one image holds at once, four bytes a number, or one (int8). With activations: the feature maps that are alive together, two of a ConvMixer, three of an SE-ResNet's block; sharing does not shrink them. Training also keeps gradients and the optimiser's state, which shrink with the weights, and every layer's activations.",
      "MACs: multiply-accumulate operations of a forward pass; sharing does not change them.",
    ],
  };
}

function networkName({ architecture, channels, depth, kernel, patch }: ParameterCount): string {
  if (architecture === "SE-ResNet") return `SE-ResNet-${6 * depth + 2} (n = ${depth})`;
  return `ConvMixer-${channels[0]}/${depth}, k = ${kernel}, p = ${patch}`;
}
