import { UsageError } from "../errors.ts";
import type { NamedLayer, WeightedLayer } from "./network.ts";
import { hasWeights } from "./walk.ts";

/**
 * A layer that uses the kernel of an earlier one. Throws a UsageError where there is no such layer with weights, or where the two
 * are not isomorphic. Source: KS, arXiv 2210.14151 (kernel size, input channels, output channels).
 */
export function sharedOwner<Shared extends WeightedLayer>(
  layer: Shared,
  owner: string | undefined,
  earlier: readonly NamedLayer[],
): Shared {
  if (owner === undefined) return layer;
  const weighted = earlier.filter(hasWeights);
  const found = weighted.find(({ name }) => name === owner);
  if (found === undefined) {
    const known = weighted.map(({ name }) => name).join(", ");
    throw refusal(
      `${layer.name} is to use the kernel of "${owner}", which is no layer with weights before it`,
      known === "" ? "leave that out" : `use one of ${known}`,
    );
  }
  const differ = differences(layer, found);
  if (differ.length === 0) return { ...layer, owner: found.owner };
  throw refusal(
    `${layer.name} is to use the kernel of ${owner}, but they are not isomorphic: ${differ.join(", ")}`,
    "share between layers of the same kernel",
  );
}

/** In what two layers with weights are not isomorphic, the first one's first: "input channels are 32 and 1". */
export function differences(one: WeightedLayer, other: WeightedLayer): string[] {
  if (one.type !== other.type) return [`their types are ${one.type} and ${other.type}`];
  const sides = [sidesOf(one), sidesOf(other)] as const;
  return Object.keys(sides[0]).flatMap((what) => {
    const [ours, theirs] = sides.map((side) => side[what]);
    return ours === theirs ? [] : [`${what} are ${ours} and ${theirs}`];
  });
}

/** A linear layer behind an image has a row for each of its numbers, in an order of their own. */
function sidesOf(layer: WeightedLayer): Record<string, string | number> {
  const biases = layer.bias ? "there" : "absent";
  if (layer.type === "linear") {
    const [inputs, units] = layer.kernel;
    return { inputs: layer.input.length === 1 ? inputs : layer.input.join(" x "), units, biases };
  }
  const [height, width, channels, filters] = layer.kernel;
  return {
    ...{ "kernel sizes": `${height} x ${width}`, "input channels": channels, "output channels": filters },
    biases,
  };
}

function refusal(problem: string, fix: string): UsageError {
  return new UsageError(`Building the network: ${problem}; ${fix}.`);
}
