import type { Model } from "../models/model.ts";
import type { Network } from "../models/parameters.ts";
import { randomStream } from "../ops/random.ts";
import { randomNormal } from "../ops/random_distributions.ts";
import { tf } from "../ops/tensorflow.ts";
import { surrogateForward } from "../spiking/surrogate.ts";
import { lossGradients } from "./loss_gradients.ts";
import type { Gradients } from "./optimiser.ts";
import type { Batch, LearningRule, SpikingLife, StepResult } from "./rule.ts";
import { noReplacementRule } from "./rules/no_replacement.ts";
import { type ProxyOptions, proxyRule } from "./rules/proxy.ts";
import { tandemRule } from "./rules/tandem.ts";

/** A way for the weights to go: the gradients that a rule would follow downhill. */
export interface Direction {
  name: string;
  /** The caller disposes of them. */
  of(network: Network, batch: Batch): Gradients;
}

/**
 * The directions that learning rules take from the same weights and batch, norms frozen: by proxy, by surrogate gradients of the
 * same loss, in tandem (norms of every step, cross-entropy), of the ANN's own loss, and at random.
 */
export function learningDirections(
  { alpha, seed, ...options }: ProxyOptions & {
    /** Steepness of the ATan surrogate. */
    alpha: number;
    /** Of the random direction. */
    seed: number;
  },
): Direction[] {
  const { T, neuron } = options;
  const proxy = proxyRule(options);
  const tandem = tandemRule({ T, neuron, norms: "per-step", stopAtSaturation: false });
  const surrogate = { neuron, alpha, detachReset: true };
  const follow = (rule: LearningRule) => (network: Network, batch: Batch) =>
    gradientsOf(rule.step(network, batch, "frozen"));
  return [
    { name: "proxy", of: follow(proxy) },
    {
      name: "surrogate",
      of: (network, { images, targets }) =>
        gradientsOf(lossGradients(network, () => {
          const spikes = surrogateForward(network, images, { T, surrogate, mode: "frozen" });
          const counts = tf.sum(spikes, 0) as tf.Tensor2D;
          const output = options.output === "rate" ? tf.div<tf.Tensor2D>(counts, T) : counts;
          return { output, loss: proxy.loss(output, targets) };
        })),
    },
    { name: "tandem", of: follow(tandem) },
    { name: "ann", of: follow(noReplacementRule(options)) },
    { name: "random", of: (network) => randomDirection(network, seed) },
  ];
}

/** The loss of proxy learning, which is the SNN's own: its counts against K for the true class. */
export function spikingLoss(options: ProxyOptions): (network: Network, batch: Batch) => tf.Scalar {
  const rule = proxyRule(options);
  const spiking = rule.spiking as SpikingLife;
  return (network, { images, targets }) =>
    rule.loss(spiking.output(spiking.simulate(network, images)), targets);
}

function randomDirection({ parameters }: Model, seed: number): Gradients {
  return new Map([...parameters].map(([name, { value }]) => {
    const stream = randomStream(seed, "direction", name);
    return [
      name,
      tf.tensor(Float32Array.from({ length: value.size }, () => randomNormal(stream)), value.shape),
    ];
  }));
}

function gradientsOf({ loss, output, gradients }: StepResult): Gradients {
  tf.dispose([loss, output]);
  return gradients;
}
