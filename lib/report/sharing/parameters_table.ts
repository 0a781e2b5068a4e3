import type { ParameterCount } from "../../experiments/sharing/parameter_counts.ts";
import { type ColumnOf, makeTable, type Table } from "../table.ts";

const KIBIBYTE = 2 ** 10;
/** Bytes of a number. */
const FLOAT32 = 4;
const INT8 = 1;
/** One image's forward pass. */
const MEMORY = "Memory for one image (KiB)";

/** Exact parameters of published networks by what they share: counted on built models, nothing is trained. */
export function parametersTable(counts: readonly ParameterCount[], title: string): Table {
  return makeTable(
    {
      name: `parameters-${title.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`,
      title: `Parameters of ${title}`,
      caption: "Trainable parameters, counted on the built models.",
      label: "",
      notes: [
        "Memory: what a forward pass of one image holds at once, four bytes a number, or one (int8). With activations: the feature maps that are alive together, two of a ConvMixer, three of an SE-ResNet's block; sharing does not shrink them. Training also keeps gradients and the optimiser's state, which shrink with the weights, and every layer's activations.",
        "MACs: multiply-accumulate operations of a forward pass; sharing does not change them.",
      ],
    },
    [
      { heading: "Network", format: "text", cell: networkName },
      { heading: "Classes", format: "integer", cell: ({ classes }) => classes },
      { heading: "Shared", format: "text", cell: ({ sharing }) => sharing },
      { heading: "Parameters", format: "integer", cell: ({ parameters }) => parameters },
      number("Unshared / shared", 2, ({ unsharedParameters, parameters }) => unsharedParameters / parameters),
      {
        ...{ heading: "Fewer (%)", format: "percent" },
        cell: ({ unsharedParameters, parameters }) => 1 - parameters / unsharedParameters,
      },
      memory("weights, float32", 1, ({ parameters }) => FLOAT32 * parameters / KIBIBYTE),
      memory("with activations", 1, (count) => FLOAT32 * held(count) / KIBIBYTE),
      memory("with activations, int8", 1, (count) => INT8 * held(count) / KIBIBYTE),
      memory(
        "unshared / shared",
        2,
        (count) => held({ ...count, parameters: count.unsharedParameters }) / held(count),
      ),
      number("MACs per image (M)", 1, ({ macs }) => macs / 1e6),
    ],
    counts,
  );
}

/** Numbers that a forward pass holds at once. */
function held({ parameters, activations }: ParameterCount): number {
  return parameters + activations;
}

function number(
  heading: string,
  digits: number,
  cell: (count: ParameterCount) => number,
): ColumnOf<ParameterCount> {
  return { heading, format: "decimal", digits, cell };
}

function memory(...column: Parameters<typeof number>): ColumnOf<ParameterCount> {
  return { ...number(...column), group: MEMORY };
}

function networkName({ architecture, channels, depth, kernel, patch }: ParameterCount): string {
  if (architecture === "SE-ResNet") return `SE-ResNet-${6 * depth + 2} (n = ${depth})`;
  return `ConvMixer-${channels[0]}/${depth}, k = ${kernel}, p = ${patch}`;
}
