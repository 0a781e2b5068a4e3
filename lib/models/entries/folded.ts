import { z } from "zod";
import { MOST, upTo } from "../../numbers.ts";
import { twoLivesEntry } from "../entry.ts";
import { foldedNetwork } from "../folded_network.ts";
import { shared, sharing, sharingText } from "./sharing.ts";

/** The Fashion-MNIST network of isomorphic convolutions; at most four poolings leave a pixel of 28. */
export const fashionFolded = twoLivesEntry({
  name: "fashion-folded",
  settings: {
    channels: upTo(MOST.channels),
    stages: z.array(upTo(MOST.blocks)).min(1).max(5),
    sharing,
  },
  recipe: (settings) =>
    `${settings.channels} channels, ${settings.stages.join(" + ")} isomorphic convolutions${
      sharingText(settings)
    }`,
  spec: (settings) => shared(foldedNetwork(settings), settings),
});
