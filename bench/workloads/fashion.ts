import { fashionNetwork } from "../../lib/models/fashion_network.ts";
import { type Network, networkOfValues } from "../../lib/models/parameters.ts";
import type { IfNeuron } from "../../lib/ops/if_neuron.ts";
import type { HostTensor } from "../../lib/ops/safetensors.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { simulate } from "../../lib/spiking/simulate.ts";
import type { FashionSpec } from "../spec.ts";
import type { Inputs } from "../workload.ts";
import { inputTensor } from "./input_tensor.ts";

/** The network with the weights and statistics of the inputs; nothing is drawn at random first. */
export function fashionOf(spec: FashionSpec, inputs: Inputs): Network {
  const names = [...inputs.keys()].filter((name) => /\.(kernel|bias|gamma|beta)$/.test(name));
  const values = new Map(names.map((name) => [name, inputTensor(inputs, name)]));
  const network = networkOfValues(fashionNetwork(spec.width), values);
  tf.dispose([...values.values()]);
  for (const [name, variable] of network.statistics) {
    tf.tidy(() => variable.assign(inputTensor(inputs, name)));
  }
  return network;
}

/** The released code's neuron, hard reset from 0, unless the workload resets otherwise. */
export function neuronOf({ threshold, reset = "hard" }: FashionSpec): IfNeuron {
  return { threshold, reset, initialMembrane: 0 };
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
