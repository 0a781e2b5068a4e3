import { orderedBatches } from "../../lib/data/batches.ts";
import { loadDataset } from "../../lib/data/load.ts";
import { toTensors } from "../../lib/learning/tensors.ts";
import { fashionNetwork } from "../../lib/models/fashion_network.ts";
import { createNetwork, networkVariables } from "../../lib/models/parameters.ts";
import type { HostTensor } from "../../lib/ops/safetensors.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { DENSITIES } from "../densities.ts";
import type { FashionSpec } from "../spec.ts";
import type { Inputs } from "../workload.ts";
import { neuronOf } from "../workloads/fashion.ts";
import { calibrate } from "./calibrate.ts";

/** Images that decide the rates; more change them little. */
const CALIBRATION_IMAGES = 32;

/** Test images, their labels and a network that fires on them as a trained one does. */
export function fashionInputs(spec: FashionSpec): Inputs {
  const { test, shape, classes } = loadDataset("fashion-mnist");
  const images = (count: number) =>
    toTensors(orderedBatches(test, shape, count).batch(1, 0), shape, classes.length);
  const network = createNetwork(fashionNetwork(spec.width), spec.seed);
  tf.tidy(() => {
    const rates = spec.density === undefined ? DENSITIES.rates : uniformRates(spec.density);
    // Rates belong to the T they were recorded at; a longer simulation of the same network settles at nearby ones.
    calibrate(network, images(CALIBRATION_IMAGES).images, DENSITIES.T, neuronOf(spec), rates);
  });
  const batch = images(spec.batch);
  const tensors = new Map<string, tf.Tensor>([...Object.entries(batch), ...networkVariables(network)]);
  return new Map([...tensors].map(([name, tensor]) => [name, hostTensor(tensor)]));
}

function uniformRates(density: number): Record<string, number> {
  return Object.fromEntries(Object.keys(DENSITIES.rates).map((layer) => [layer, density]));
}

function hostTensor(tensor: tf.Tensor): HostTensor {
  return { shape: tensor.shape, values: tensor.dataSync() as Float32Array };
}
