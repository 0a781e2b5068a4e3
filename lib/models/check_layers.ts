import { UsageError } from "../errors.ts";
import type { Layer, NetworkSpec } from "./network.ts";

/** Refuses layer lists of which no network can be made; the error names the layer. */
export function checkLayers({ layers }: NetworkSpec): void {
  layers.forEach((layer, index) => checkSizes(layer, `layer ${index + 1}`));
  if (layers[0]?.type === "maxpool") {
    refuse(
      "layer 1 is maxpool, but images must first meet a layer with weights; put conv or linear before it",
    );
  }
  const last = layers.at(-1);
  if (last?.type !== "linear") {
    refuse(`the last layer is ${last?.type ?? "missing"}, but must be linear with one unit for each class`);
  }
}

function checkSizes(layer: Layer, name: string): void {
  switch (layer.type) {
    case "conv":
      requireCount(name, "conv filters", layer.filters);
      requireCount(name, "conv kernel size", layer.kernel);
      if (layer.kernel % 2 === 0) {
        refuse(`${name} has conv kernel size ${layer.kernel}, but it must be odd to keep the image's size`);
      }
      return;
    case "maxpool":
      return requireCount(name, "maxpool size", layer.size);
    case "linear":
      return requireCount(name, "linear units", layer.units);
    default:
      refuse(`${name} is "${(layer as { type: unknown }).type}", but must be one of conv, maxpool, linear`);
  }
}

function requireCount(layer: string, what: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    refuse(`${layer} has ${what} ${value}, but a whole number of at least 1 is needed`);
  }
}

function refuse(problem: string): never {
  throw new UsageError(`Building the network: ${problem}.`);
}
