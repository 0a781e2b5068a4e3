import { writeWhole } from "../files.ts";
import { modelVariables } from "../models/model.ts";
import { packSafetensors } from "../ops/safetensors.ts";
import { canonicalJson } from "../runs/config/config.ts";
import { hostTensors } from "../runs/weights.ts";
import type { KnownNetwork } from "./known_network.ts";

/** Writes a network under our names and in our layout, with what is known of it; `openFile` reads it again. */
export function writeNetwork(
  { model, architecture, life, config, about }: KnownNetwork,
  output: string,
): void {
  writeWhole(
    output,
    packSafetensors(hostTensors(modelVariables(model)), {
      format: "pt",
      layout: "tensorflow",
      architecture: JSON.stringify(architecture),
      ...(life === undefined ? {} : { life }),
      ...(config === undefined ? {} : { config: canonicalJson(config) }),
      ...about,
    }),
  );
}
