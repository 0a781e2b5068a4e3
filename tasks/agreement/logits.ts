/** Logits of trained networks, here and in PyTorch. */
import { join } from "node:path";
import { exportPyTorch } from "../../lib/exchange/export_pytorch.ts";
import type { KnownNetwork } from "../../lib/exchange/known_network.ts";
import { artificialForward } from "../../lib/models/artificial_forward.ts";
import { countParameters } from "../../lib/models/model.ts";
import type { LogitAgreement } from "../../lib/report/agreement/networks.ts";
import type { RunConfig } from "../../lib/runs/config/config.ts";
import { argmax, forImages, IMAGES, testImages, writeImages } from "./images.ts";

/** What Python is asked of a network, and what we say. */
export interface AskedLogits {
  said: Pick<LogitAgreement, "network" | "hash" | "parameters" | "images">;
  request: { network: string; images: string; shape: readonly number[] };
  /** [N][classes]. */
  ours: number[][];
}

/** Writes the network for PyTorch beside its images, under `key`. */
export async function askLogits(
  name: string,
  network: KnownNetwork,
  folder: string,
  key: string,
): Promise<AskedLogits> {
  const config = network.config as RunConfig;
  const images = await testImages(config);
  exportPyTorch(network, join(folder, `${key}.safetensors`));
  return {
    said: {
      network: name,
      hash: network.record?.hash ?? "",
      parameters: countParameters(network.model),
      images: IMAGES,
    },
    request: { network: `${key}.safetensors`, ...writeImages(images, folder, `${key}.images`) },
    ours: forImages(config, images, (some) => artificialForward(network.model, some, "frozen")),
  };
}

/** How far PyTorch's logits are from ours. */
export function compareLogits({ said, ours }: AskedLogits, theirs: readonly number[][]): LogitAgreement {
  const apart = ours.flatMap((row, n) => row.map((value, at) => Math.abs(value - (theirs[n]?.[at] ?? NaN))));
  return {
    ...said,
    largest: largest(ours.flat().map(Math.abs)),
    apart: largest(apart),
    sameClass: ours.filter((row, n) => argmax(row) === argmax(theirs[n] ?? [])).length,
  };
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Number.isNaN(value) ? value : Math.max(most, value), 0);
}
