import { tf } from "../../../lib/ops/tensorflow.ts";
import { stepIf } from "../../../lib/ops/if_neuron.ts";
import type { Results } from "../compare.ts";
import { type Fixture, tensorOf } from "../fixture.ts";
import { spikingOf } from "../network.ts";

export function ifNeuron(fixture: Fixture): Results {
  const { T, neuron } = spikingOf(fixture);
  const currents = tf.unstack(tensorOf(fixture, "current"));
  let membrane: tf.Tensor = tf.fill((currents[0] as tf.Tensor).shape, neuron.initialMembrane);
  const spikes: tf.Tensor[] = [];
  const membranes: tf.Tensor[] = [];
  for (let t = 0; t < T; t++) {
    const state = stepIf(currents[t] as tf.Tensor, membrane, neuron);
    membrane = state.membrane;
    spikes.push(state.spikes);
    membranes.push(state.membrane);
  }
  return {
    spikes: tf.stack(spikes).dataSync(),
    membrane: tf.stack(membranes).dataSync(),
    count: tf.addN(spikes).dataSync(),
  };
}
