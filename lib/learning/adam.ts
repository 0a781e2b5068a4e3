import type { Parameter } from "../models/model.ts";
import { type AdamOptions, adamStep } from "../ops/adam_step.ts";
import type { tf } from "../ops/tensorflow.ts";
import { clipCoefficient, globalNorm } from "./clip.ts";
import { Moments } from "./moments.ts";
import { type Gradients, type Optimiser, parameterOf } from "./optimiser.ts";

/** What `adamStep` is told, and how gradients and parameters come to it. */
export interface AdamSettings extends AdamOptions {
  /** The global norm that gradients are clipped to. */
  clipNorm?: number | undefined;
  /** Decoupled decay takes tensors of one dimension as well. */
  decayVectors?: true | undefined;
}

/**
 * Adam: m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w -= lr (m / (1 - b1^k)) / (sqrt(v / (1 - b2^k)) + eps).
 * Weight decay as in `torch.optim.Adam` (g += decay w, every parameter), or decoupled as in `torch.optim.AdamW`
 * (w *= 1 - lr decay, parameters that decay, or all). Gradients are first clipped to the global norm `clipNorm`, where given.
 * Source: Kingma and Ba, arXiv 1412.6980, algorithm 1; Loshchilov and Hutter, arXiv 1711.05101.
 */
export class Adam implements Optimiser {
  readonly #options: AdamSettings;
  readonly #moments = new Moments();
  #steps = 0;

  constructor(options: AdamSettings) {
    this.#options = options;
  }

  get steps(): number {
    return this.#steps;
  }

  apply(parameters: ReadonlyMap<string, Parameter>, gradients: Gradients, learningRate: number): void {
    this.#steps++;
    const { clipNorm, decoupled, decayVectors } = this.#options;
    const all = decoupled !== true || decayVectors === true;
    const updates = [...gradients].map(([name, gradient]) => {
      const { value, decays } = parameterOf(parameters, name);
      const first = this.#moments.of(`${name}.adam.m`, value.shape);
      const second = this.#moments.of(`${name}.adam.v`, value.shape);
      return { value, gradient, first, second, decays: all || decays };
    });
    const gradientScale = clipNorm === undefined ? 1 : clipCoefficient(globalNorm(gradients), clipNorm);
    adamStep(updates, this.#options, { learningRate, gradientScale, k: this.#steps });
  }

  variables(): ReadonlyMap<string, tf.Variable> {
    return this.#moments.variables;
  }

  restore(steps: number, tensors: ReadonlyMap<string, tf.Tensor>): void {
    this.#steps = steps;
    this.#moments.restore(tensors);
  }

  dispose(): void {
    this.#moments.dispose();
  }
}
