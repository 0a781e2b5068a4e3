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
  layers.forEach((layer, index) => checkPlace(layer, layers[index + 1], index));
  const last = layers.at(-1);
  if (last?.type !== "linear") {
    refuse(`the last layer is ${last?.type ?? "missing"}, but must be linear with one unit for each class`);
  }
}

/** Patches are cut out of the image; behind a residual stands the convolution that receives both. */
function checkPlace(layer: Layer, next: Layer | undefined, index: number): void {
  if (layer.type === "patches" && index > 0) {
    refuse(`layer ${index + 1} is patches, but they are cut out of the image; put them first`);
  }
  if (layer.type !== "depthwise") return;
  if (index === 0) refuse("layer 1 is depthwise, but images must first meet conv, patches or linear");
  if (layer.residual === true && next?.type !== "conv") {
    refuse(`layer ${index + 1} has a residual, but behind it is ${next?.type ?? "nothing"}; put conv there`);
  }
}

function checkSizes(layer: Layer, name: string): void {
  switch (layer.type) {
    case "conv":
      requireCount(name, "conv filters", layer.filters);
      requireCount(name, "conv kernel size", layer.kernel);
      return requireOdd(name, "conv", layer.kernel);
    case "patches":
      requireCount(name, "patch filters", layer.filters);
      return requireCount(name, "patch size", layer.size);
    case "depthwise":
      requireCount(name, "depthwise kernel size", layer.kernel);
      return requireOdd(name, "depthwise", layer.kernel);
    case "maxpool":
      return requireCount(name, "maxpool size", layer.size);
    case "linear":
      return requireCount(name, "linear units", layer.units);
    default:
      refuse(
        `${name} is "${
          (layer as { type: unknown }).type
        }", but must be one of conv, patches, depthwise, maxpool, linear`,
      );
  }
}

function requireOdd(layer: string, what: string, kernel: number): void {
  if (kernel % 2 === 0) {
    refuse(`${layer} has ${what} kernel size ${kernel}, but it must be odd to keep the image's size`);
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
