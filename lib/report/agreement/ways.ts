/** The frameworks that were asked, ourselves first. */
export const FRAMEWORKS = ["weightshare", "spikingjelly", "snntorch", "norse", "sinabs"] as const;

/** A framework. */
export type Framework = typeof FRAMEWORKS[number];

/** What a framework is called. */
export const NAMES: Record<Framework, string> = {
  weightshare: "weightshare",
  spikingjelly: "SpikingJelly",
  snntorch: "snnTorch",
  norse: "Norse",
  sinabs: "sinabs",
};

/** A framework's own neuron, that with the next smaller threshold, or what its importer makes of a graph of NIR. */
export const WAYS = ["native", "native-below", "nir"] as const;

/** How a framework got its neuron. */
export type Way = typeof WAYS[number];

/** What a way is called. */
export const WAY_NAMES: Record<Way, string> = {
  native: "its own neuron",
  "native-below": "next smaller threshold",
  nir: "through NIR",
};

/** "PyTorch 2.15.0, SpikingJelly 2.0.0, ...", of versions by package. */
export function versionsText(versions: Readonly<Record<string, string>>): string {
  const names: Record<string, string> = { ...NAMES, torch: "PyTorch", nir: "NIR", tensorflow: "TensorFlow" };
  return Object.entries(versions).map(([name, version]) => `${names[name] ?? name} ${version}`).join(", ");
}
