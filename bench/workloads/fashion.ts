import { fashionNetwork } from "../../lib/models/fashion_network.ts";
import { modelVariables } from "../../lib/models/model.ts";
import { createNetwork, type Network } from "../../lib/models/parameters.ts";
import type { IfNeuron } from "../../lib/ops/if_neuron.ts";
import type { HostTensor } from "../../lib/ops/safetensors.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { simulate } from "../../lib/spiking/simulate.ts";
import type { FashionSpec } from "../spec.ts";
import type { Inputs } from "../workload.ts";
import { inputTensor } from "./input_tensor.ts";

/** The network with the weights and statistics of the inputs. */
export function fashionOf(spec: FashionSpec, inputs: Inputs): Network {
  const network = createNetwork(fashionNetwork(spec.width), spec.seed);
  for (const [name, variable] of modelVariables(network)) {
    tf.tidy(() => variable.assign(inputTensor(inputs, name)));
  }
  return network;
}

/** The released code's neuron: hard reset, from 0. */
export function neuronOf({ threshold }: FashionSpec): IfNeuron {
  return { threshold, reset: "hard", initialMembrane: 0 };
}

/** Spikes of every neuron over T, [N, H, W, C] or [N, F] by layer. */
export function countSpikes(
  network: Network,
  images: tf.Tensor4D,
  spec: FashionSpec,
): Map<string, HostTensor> {
  const counts = new Map<string, HostTensor>();
  tf.tidy(() =>
    void simulate(network, images, {
      T: spec.T,
      neuron: neuronOf(spec),
      mode: "frozen",
      onSpikes(layer, spikes) { // [T, N, ...]
        const sum = tf.sum(spikes, 0);
        counts.set(layer, { shape: sum.shape, values: sum.dataSync() as Float32Array });
      },
    })
  );
  return counts;
}
