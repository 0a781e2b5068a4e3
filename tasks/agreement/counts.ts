/** Spike counts of a trained network, here and in frameworks of spiking networks. */
import { join } from "node:path";
import { exportNir, NIR_POOLINGS } from "../../lib/exchange/export_nir.ts";
import { exportPyTorch } from "../../lib/exchange/export_pytorch.ts";
import type { KnownNetwork } from "../../lib/exchange/known_network.ts";
import type { Network } from "../../lib/models/parameters.ts";
import type { CountAgreement, CountRun } from "../../lib/report/agreement/networks.ts";
import type { RunConfig } from "../../lib/runs/config/config.ts";
import { simulate } from "../../lib/spiking/simulate.ts";
import { argmax, forImages, testImages, writeImages } from "./images.ts";

type ProxyRule = Extract<RunConfig["rule"], { name: "proxy" }>;

/** What Python is asked of the network, and what we say. */
export interface AskedCounts {
  threshold: number;
  request: object;
  /** [N][classes]. */
  ours: number[][];
}

/** Spike counts of a framework, or what it said instead. */
export interface FoundCounts
  extends Pick<CountAgreement, "framework" | "way" | "precision" | "pooling" | "problem"> {
  counts?: number[][];
}

/** Writes a network trained by proxy, with neurons of this threshold, and its images: for PyTorch, and as a graph of NIR with each pooling. */
export async function askCounts(
  network: KnownNetwork,
  folder: string,
  threshold: number,
): Promise<AskedCounts> {
  const config = network.config as RunConfig;
  const rule = { ...config.rule as ProxyRule, threshold };
  const images = await testImages(config);
  exportPyTorch(network, join(folder, "snn.safetensors"), { life: "snn" });
  const graphs = NIR_POOLINGS.map((pool) => {
    const file = `${pool}-${threshold}.nir`;
    exportNir(network, join(folder, file), { pool, rule });
    return [pool, file];
  });
  const shown = writeImages(images, folder, "snn.images");
  return {
    threshold,
    request: {
      ...{ network: "snn.safetensors", ...shown, T: rule.T, threshold },
      graphs: Object.fromEntries(graphs),
    },
    ours: forImages(
      config,
      images,
      (some) => simulate(network.model as Network, some, { T: rule.T, neuron: rule, mode: "frozen" }).counts,
    ),
  };
}

/** How far each framework's counts are from ours. */
export function compareCounts({ threshold, ours }: AskedCounts, found: readonly FoundCounts[]): CountRun {
  return { threshold, mean: mean(ours), counts: found.map((one) => compareOne(ours, one)) };
}

function compareOne(ours: readonly number[][], { counts, ...said }: FoundCounts): CountAgreement {
  if (counts === undefined) return said;
  const apart = ours.map((row, n) => row.map((count, at) => Math.abs(count - (counts[n]?.[at] ?? NaN))));
  return {
    ...said,
    equal: apart.flat().filter((value) => value === 0).length,
    equalImages: apart.filter((row) => row.every((value) => value === 0)).length,
    largest: Math.max(...apart.flat()),
    mean: mean(counts),
    sameClass: ours.filter((row, n) => argmax(row) === argmax(counts[n] ?? [])).length,
  };
}

function mean(counts: readonly number[][]): number {
  return counts.flat().reduce((sum, count) => sum + count, 0) / counts.flat().length;
}
