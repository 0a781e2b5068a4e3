import { MOST, upTo } from "../../numbers.ts";
import { twoLivesEntry } from "../entry.ts";
import { spikingMixer } from "../spiking_mixer.ts";
import { shared, sharing, sharingText } from "./sharing.ts";

/** The ConvMixer with two lives. */
export const spikingMixerEntry = twoLivesEntry({
  name: "spiking-convmixer",
  settings: {
    dim: upTo(MOST.channels),
    depth: upTo(MOST.blocks),
    kernel: upTo(63),
    patch: upTo(32),
    sharing,
  },
  recipe: (settings) =>
    `spiking ConvMixer-${settings.dim}/${settings.depth}, kernel ${settings.kernel}, patch ${settings.patch}${
      sharingText(settings)
    }`,
  spec: (settings) => shared(spikingMixer(settings), settings),
});
