import { z } from "zod";
import { cifarNetwork } from "../cifar_network.ts";
import { twoLivesEntry } from "../entry.ts";
import { NORMED } from "../layer_notation.ts";
import { width, widthText } from "./width.ts";

/** The ten-layer CIFAR-10 network. */
export const cifarTenLayer = twoLivesEntry({
  name: "cifar-10-layer",
  settings: { width, norms: z.enum(NORMED) },
  recipe: widthText,
  spec: cifarNetwork,
});
