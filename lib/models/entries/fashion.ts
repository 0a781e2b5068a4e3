import { twoLivesEntry } from "../entry.ts";
import { fashionNetwork, fashionSixLayerNetwork } from "../fashion_network.ts";
import { width, widthText } from "./width.ts";

/** The seven-layer Fashion-MNIST network. */
export const fashionSeven = twoLivesEntry({
  name: "fashion-7",
  settings: { width },
  recipe: widthText,
  spec: ({ width }) => fashionNetwork(width),
});

/** The six-layer one. */
export const fashionSix = twoLivesEntry({
  name: "fashion-6",
  settings: { width },
  recipe: widthText,
  spec: ({ width }) => fashionSixLayerNetwork(width),
});
