import { UsageError } from "../errors.ts";
import type { WeightedLayer } from "../models/network.ts";
import type { Network } from "../models/parameters.ts";
import { DENSE, foldLayer, multiply } from "../models/weighted_input.ts";
import { tf } from "../ops/tensorflow.ts";
import { overSteps } from "./over_steps.ts";
import { simulate } from "./simulate.ts";
import type { Simulation, SimulationOptions } from "./simulation.ts";

/**
 * Simulates a spiking network whose last layer has no neurons: `outputs` are its currents at every step, [T, N, classes],
 * and `counts` their sum over T, the logits that are linear in the last spike counts. `totals` and `onSpikes` know the
 * layers before it.
 */
export function simulateLinearReadout(
  network: Network,
  images: tf.Tensor4D,
  options: SimulationOptions,
): Simulation {
  const last = network.layers.at(-1) as WeightedLayer;
  let hidden!: Simulation;
  const tensors = tf.tidy(() => {
    hidden = simulate(withoutLast(network), images, { ...options, membranes: false });
    const weights = foldLayer(network, last, "snn", options.biasSteps);
    const outputs = overSteps(
      hidden.outputs,
      (spikes) => multiply(DENSE, last, weights, spikes),
    ) as tf.Tensor3D;
    return { outputs, counts: tf.sum(outputs, 0) as tf.Tensor2D };
  });
  return { ...hidden, ...tensors };
}

/** The same variables, without the last layer's. */
function withoutLast(network: Network): Network {
  const { spec, layers } = network;
  if (layers.length < 2) {
    throw new UsageError(
      "Simulating with a linear readout: the network has a single layer, but needs a layer of neurons before the last.",
    );
  }
  return { ...network, spec: { ...spec, layers: spec.layers.slice(0, -1) }, layers: layers.slice(0, -1) };
}
