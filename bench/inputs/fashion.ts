import { orderedBatches } from "../../lib/data/batches.ts";
import { loadDataset } from "../../lib/data/load.ts";
import { toTensors } from "../../lib/learning/tensors.ts";
import { fashionNetwork } from "../../lib/models/fashion_network.ts";
import { modelVariables } from "../../lib/models/model.ts";
import { createNetwork } from "../../lib/models/parameters.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { DENSITIES } from "../densities.ts";
import type { FashionSpec } from "../spec.ts";
import type { Inputs } from "../workload.ts";
import { neuronOf } from "../workloads/fashion.ts";
import { calibrate } from "./calibrate.ts";
import { hostTensors } from "./host_tensors.ts";

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
  return hostTensors([...Object.entries(images(spec.batch)), ...modelVariables(network)]);
}

function uniformRates(density: number): Record<string, number> {
  return Object.fromEntries(Object.keys(DENSITIES.rates).map((layer) => [layer, density]));
}
