import type { z } from "zod";
import { kindOf } from "../choice.ts";
import { cifarTenLayer } from "./entries/cifar_10_layer.ts";
import { convMixerEntry } from "./entries/convmixer.ts";
import { fashionSeven, fashionSix } from "./entries/fashion.ts";
import { fashionFolded } from "./entries/folded.ts";
import { seResNetEntry } from "./entries/se_resnet.ts";
import { spikingMixerEntry } from "./entries/spiking_mixer.ts";
import type { NetworkEntry, OneLifeEntry, Seen } from "./entry.ts";
import { fans } from "./fan_out.ts";
import { nameLayers, type NetworkSpec, parameterCount } from "./network.ts";

/** Every network with one life. */
export const CLASSIFIERS = [convMixerEntry, seResNetEntry] as const;

/** Every network. */
export const NETWORKS = [
  fashionSeven,
  fashionSix,
  cifarTenLayer,
  fashionFolded,
  spikingMixerEntry,
  ...CLASSIFIERS,
] as const;

/** The name of a network. */
export type NetworkName = typeof NETWORKS[number]["name"];

/** The settings of any network. */
export type NetworkSettings = z.output<typeof NETWORKS[number]["schema"]>;

/** The settings of any network with one life. */
export type ClassifierSettings = z.output<typeof CLASSIFIERS[number]["schema"]>;

/** The entry of the network that these settings belong to. */
export function networkOf({ name }: { name: NetworkName }): NetworkEntry {
  return kindOf(NETWORKS, name) as unknown as NetworkEntry;
}

/** The same of a network that is known to be a classifier. */
export function classifierOf(network: { name: NetworkName }): OneLifeEntry {
  const entry = networkOf(network);
  if (entry.lives === 1) return entry;
  throw new Error(`The network ${network.name} shares no kernels.`);
}

/** The layers that both lives of a network are made of; refuses one that has a single life. */
export function twoLivesSpec(network: NetworkSettings): NetworkSpec {
  const entry = networkOf(network);
  if (entry.lives === 2) return entry.spec(network);
  throw new Error(`The network ${network.name} has no spiking life.`);
}

/** Trainable parameters of a network, without building it. */
export function parametersOf(network: NetworkSettings, seen: Seen): number {
  const entry = networkOf(network);
  return entry.lives === 2 ? parameterCount(entry.spec(network)) : entry.parameters(network, seen);
}

/** Numbers that the largest layer of a network makes of an image. */
export function largestLayer(network: NetworkSettings, seen: Seen): number {
  const entry = networkOf(network);
  if (entry.lives === 1) return entry.largestLayer(network, seen);
  const sizes = nameLayers(entry.spec(network)).map(({ output }) =>
    output.reduce((size, axis) => size * axis)
  );
  return Math.max(...sizes);
}

/** Multiply-accumulate operations of a network's artificial life for one image, without building it. */
export function macsOf(network: NetworkSettings, seen: Seen): number {
  const entry = networkOf(network);
  if (entry.lives === 1) return entry.macs(network, seen);
  return fans(entry.spec(network)).reduce((sum, { macs }) => sum + macs, 0);
}
