import { annOf } from "../../runs/config/config.ts";
import type { RunConfig } from "../../runs/config/config.ts";
import { MOST } from "../../numbers.ts";
import type { Row } from "../experiment.ts";
import { follow, type Follows } from "../follow.ts";

/** What the learning rules of a comparison have in common, and what each brings of its own. */
export interface Comparison {
  /** Data, network, optimiser and training of every row; its rule is replaced. */
  base: RunConfig;
  /** Settings of `base` that follow from others. */
  follows: Follows;
  /** Time steps while training; of back-propagation through time, whose cost grows with them, they may be fewer. */
  T: { spiking: number; surrogate: number; conversion: number };
  /** Steps up to which every SNN is read out; a converted one up to its own T. */
  timeSteps: number;
  /** Learning rates that a validation split prefers; of the SNN by proxy one for each target, a row each. */
  rates: { ann: number; proxy: readonly ProxyRate[]; surrogate: number; tandem: number };
  /** Threshold of the SNN by proxy. */
  proxyThreshold: number;
  seeds: number[];
}

/** The spike count K that the SNN by proxy is trained for at the true class, and the learning rate. */
export interface ProxyRate {
  target: number;
  learningRate: number;
}

/** One learning rate for every rule, and the proxy's targets. */
export function ratesAt(learningRate: number, targets: readonly number[]): Comparison["rates"] {
  const proxy = targets.map((target) => ({ target, learningRate }));
  return { ann: learningRate, proxy, surrogate: learningRate, tandem: learningRate };
}

/** Images on which conversions are calibrated, where there are as many. */
export const CALIBRATION_IMAGES = 1_000;

/** The rows of a comparison: all learning rules on one network. What matters most comes first. */
export function comparisonRows(comparison: Comparison): Row[] {
  const { timeSteps, rates, seeds } = comparison;
  const follows = followsOf(comparison);
  const row = (id: string, rule: RunConfig["rule"], learningRate: number, some = seeds): Row => ({
    id,
    configs: some.map((seed) => {
      const config = withRule(comparison, rule, learningRate, seed);
      return rule.name === "ann" ? annOf(config) : follow({ ...config, evaluation: { timeSteps } }, follows);
    }),
    follows,
  });
  const { proxy, surrogate, tandem, conversion } = rules(comparison);
  const first = seeds.slice(0, 1);
  return [
    row("ann", { name: "ann" }, rates.ann),
    ...rates.proxy.map(({ target, learningRate }) =>
      row(`proxy-k${target}`, { ...proxy, target }, learningRate)
    ),
    row("surrogate", surrogate, rates.surrogate),
    row("tandem", tandem, rates.tandem),
    row("tandem-stop", { ...tandem, stopAtSaturation: true }, rates.tandem),
    row("conversion", conversion, rates.ann),
    row("conversion-half", { ...conversion, initialMembrane: 0.5 }, rates.ann, first),
    row("conversion-max", { ...conversion, percentile: 100 }, rates.ann, first),
    row("conversion-hard", { ...conversion, reset: "hard" }, rates.ann, first),
  ];
}

function followsOf({ follows, timeSteps, T }: Comparison): Follows {
  return { ...follows, ...readOutFollows(timeSteps, T.spiking) };
}

/**
 * Conversions are calibrated on at most so many images as they are trained on and read out up to their own T, the other SNNs
 * up to a common number of steps, which grows with T beyond that of the comparison.
 */
export function readOutFollows(timeSteps: number, T: number): Follows {
  const grown = (steps: number) =>
    Math.min(MOST.timeSteps, Math.max(timeSteps, Math.ceil(timeSteps * steps / T)));
  return {
    "rule.calibrationImages": ({ data }) => Math.min(CALIBRATION_IMAGES, data.trainImages),
    "evaluation.timeSteps": ({ rule }) => {
      if (rule.name === "ann") return undefined;
      return rule.name === "conversion" ? rule.T : grown(rule.T);
    },
  };
}

type Rule<Name> = Extract<RunConfig["rule"], { name: Name }>;

/** Every rule with its published neuron, loss and read-out; see the table of differences in the notebooks. */
export function rules({ T, proxyThreshold: threshold }: Pick<Comparison, "T" | "proxyThreshold">): {
  proxy: Rule<"proxy">;
  surrogate: Rule<"surrogate">;
  tandem: Rule<"tandem">;
  conversion: Rule<"conversion">;
} {
  const hard = { reset: "hard", initialMembrane: 0 } as const;
  const soft = { reset: "subtract", initialMembrane: 0 } as const;
  return {
    proxy: { name: "proxy", T: T.spiking, threshold, ...hard, output: "count", target: 1 },
    surrogate: { name: "surrogate", T: T.surrogate, threshold: 1, ...hard, alpha: 2, detachReset: true },
    tandem: { name: "tandem", T: T.spiking, threshold: 1, ...soft, stopAtSaturation: false },
    conversion: {
      name: "conversion",
      T: T.conversion,
      ...soft,
      percentile: 99.9,
      calibrationImages: CALIBRATION_IMAGES,
    },
  };
}

/** What a grid of learning rates is tried on: images held out from the training set decide, test images are never seen. */
export interface Tuning {
  trainImages: number;
  validationImages: number;
  width: number;
  epochs: number;
}

/** The rows of a grid: every rule at every learning rate. */
export function tuningRows(
  comparison: Comparison,
  tried: Record<string, RunConfig["rule"]>,
  learningRates: readonly number[],
  { validationImages }: Pick<Tuning, "validationImages">,
): Row[] {
  const { base, follows } = comparison;
  return Object.entries(tried).flatMap(([id, rule]) =>
    learningRates.map((learningRate) => ({
      id: `${id}-lr${learningRate.toExponential()}`,
      configs: [follow({
        ...withRule(comparison, rule, learningRate, base.seed),
        data: { ...base.data, validationImages },
      }, follows)],
      follows,
    }))
  );
}

/** The same comparison with other settings that follow, e.g. norms that freeze after other epochs. */
export function following(comparison: Comparison, changed: Follows): Comparison {
  const follows = { ...comparison.follows, ...changed };
  return { ...comparison, follows, base: follow(comparison.base, follows) };
}

function withRule(
  { base }: Comparison,
  rule: RunConfig["rule"],
  learningRate: number,
  seed: number,
): RunConfig {
  return { ...base, rule, optimiser: { ...base.optimiser, learningRate }, seed };
}
