import { z } from "zod";
import { cifarNetwork } from "../cifar_network.ts";
import { twoLivesEntry } from "../entry.ts";
import { NORMED } from "../layer_notation.ts";
import { shared, sharing, sharingText } from "./sharing.ts";
import { width, widthText } from "./width.ts";

/** The ten-layer CIFAR-10 network. */
export const cifarTenLayer = twoLivesEntry({
  name: "cifar-10-layer",
  settings: { width, norms: z.enum(NORMED), sharing },
  recipe: (settings) => widthText(settings) + sharingText(settings),
  spec: (settings) => shared(cifarNetwork(settings), settings),
});
