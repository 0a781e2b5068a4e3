import { twoLivesEntry } from "../entry.ts";
import { fashionNetwork, fashionSixLayerNetwork } from "../fashion_network.ts";
import { shared, sharing, sharingText } from "./sharing.ts";
import { width, widthText } from "./width.ts";

/** The seven-layer Fashion-MNIST network. */
export const fashionSeven = twoLivesEntry({
  name: "fashion-7",
  settings: { width, sharing },
  recipe: (settings) => widthText(settings) + sharingText(settings),
  spec: (settings) => shared(fashionNetwork(settings.width), settings),
});

/** The six-layer one. */
export const fashionSix = twoLivesEntry({
  name: "fashion-6",
  settings: { width, sharing },
  recipe: (settings) => widthText(settings) + sharingText(settings),
  spec: (settings) => shared(fashionSixLayerNetwork(settings.width), settings),
});
