import { cifarNetwork } from "../../models/cifar_network.ts";
import { fashionNetwork, fashionSixLayerNetwork } from "../../models/fashion_network.ts";
import type { NetworkSpec } from "../../models/network.ts";
import type { RunConfig } from "./config.ts";

/** The network that has both lives of a configuration; refuses one that has a single life. */
export function twoLivesSpec(network: RunConfig["network"]): NetworkSpec {
  switch (network.name) {
    case "fashion-7":
      return fashionNetwork(network.width);
    case "fashion-6":
      return fashionSixLayerNetwork(network.width);
    case "cifar-10-layer":
      return cifarNetwork(network);
    default:
      throw new Error(`The network ${network.name} has no spiking life.`);
  }
}
