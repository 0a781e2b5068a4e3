import { settledAfter } from "./cifar_10_comparison.ts";
import { CALIBRATION_IMAGES, readOutFollows, rules } from "./comparison.ts";
import { annOf, type RunConfig } from "../../runs/config/config.ts";
import type { Row } from "../experiment.ts";
import { follow, type Follows } from "../follow.ts";

type Adam = Extract<RunConfig["optimiser"], { name: "adam" }>;

/** After how many of the epochs norms freeze: the released code of proxy learning, its last sixth, or not at all. */
export const NORM_POLICIES = {
  once: () => 1,
  settled: settledAfter,
  never: (epochs: number) => epochs,
} as const;
export type NormPolicy = keyof typeof NORM_POLICIES;

/** A learning rule with all that is its own: what its authors chose, and what a validation split prefers. */
export interface Method {
  id: string;
  rule: RunConfig["rule"];
  optimiser: Adam;
  norms: NormPolicy;
}

/** Time steps in training: of all rules, of surrogate gradients once more with few, and of converted networks. */
export interface TimeSteps {
  spiking: number;
  few: number;
  conversion: number;
}

/** What a validation split prefers of a rule. */
export interface Preferred {
  learningRate: number;
  norms: NormPolicy;
  /** Falls to nothing where absent. */
  schedule?: "constant";
}

/** What a comparison's rules need to be told. */
export interface Contest {
  T: TimeSteps;
  proxyThreshold: number;
  /** Spike counts K that the SNNs by proxy are trained for, a row each; the control has the first. */
  targets: readonly number[];
  preferred: Record<"ann" | "proxy" | "surrogate" | "tandem", Preferred> & {
    /** As those of the rule that they are variants of, where absent. */
    "surrogate-few-steps"?: Preferred;
    "tandem-stop"?: Preferred;
  };
}

/** A comparison of some size. */
export interface ContestSize extends Contest {
  trainImages: number;
  testImages: number;
  width: number;
  epochs: number;
  batch: number;
  /** Steps up to which SNNs are read out; a converted one up to its own T. */
  timeSteps: number;
  /** Training images that choose each network's own step; none in the published recipe, which trains on all. */
  heldOutImages?: number;
  seeds: number[];
}

/** PyTorch's and TensorFlow's own constants of Adam, with a rate that falls to nothing. */
const ADAM: Omit<Adam, "learningRate"> = {
  ...{ name: "adam", schedule: "cosine", finalLearningRate: 0 },
  ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
};

/** Of the released code of proxy learning. */
export const PROXY_ADAM = { ...ADAM, beta1: 0.8, beta2: 0.99, weightDecay: 1e-6 };

/**
 * Every learning rule as its authors have it, beside what is compared with it: the ANN; by proxy, and its control without
 * replacement; surrogate gradients with as many time steps, and with few; tandem learning, and our variant of it without
 * gradients where T spikes saturate; the ANN converted, with gated pooling and the current as read-out, and with the
 * maximum of spikes and spikes as read-out.
 */
export function contestants({ T, proxyThreshold, targets, preferred }: Contest): Method[] {
  const { proxy, surrogate, tandem, conversion } = rules({
    T: { spiking: T.spiking, surrogate: T.spiking, conversion: T.conversion },
    proxyThreshold,
  });
  const method = (id: string, rule: RunConfig["rule"], own: Preferred, adam = ADAM): Method => {
    const { norms, ...rate } = own;
    return { id, rule, optimiser: { ...adam, ...rate }, norms };
  };
  const published = { norms: "of-counts", normMomentum: 0.9, scaleDeviation: 2 } as const;
  const fixed = { pooling: "gated", readout: "current" } as const;
  const control = { ...proxy, name: "no-replacement", target: targets[0] ?? 1 } as const;
  return [
    method("ann", { name: "ann" }, preferred.ann),
    ...targets.map((target) => method(`proxy-k${target}`, { ...proxy, target }, preferred.proxy, PROXY_ADAM)),
    method("no-replacement", control, preferred.proxy, PROXY_ADAM),
    method("surrogate", surrogate, preferred.surrogate),
    method(
      "surrogate-few-steps",
      { ...surrogate, T: T.few },
      preferred["surrogate-few-steps"] ?? preferred.surrogate,
    ),
    method("tandem", { ...tandem, ...published }, preferred.tandem),
    method(
      "tandem-stop",
      { ...tandem, ...published, stopAtSaturation: true },
      preferred["tandem-stop"] ?? preferred.tandem,
    ),
    method("conversion", { ...conversion, ...fixed }, preferred.ann),
    method("conversion-or", conversion, preferred.ann),
  ];
}

/** The rows of a comparison: every method on the data, network and epochs of `base`, read out up to a common step. */
export function contestRows(
  methods: readonly Method[],
  base: RunConfig,
  { T, timeSteps, heldOutImages, seeds }: Pick<ContestSize, "T" | "timeSteps" | "heldOutImages" | "seeds">,
): Row[] {
  const evaluation = { timeSteps, ...(heldOutImages === undefined ? {} : { heldOutImages }) };
  return methods.map((method) => {
    const follows = { ...followsOf(method), ...readOutFollows(timeSteps, T.spiking) };
    const configs = seeds.map((seed) => {
      const config = { ...configOf(method, base), seed };
      if (method.rule.name === "ann") return annOf(follow(config, follows));
      return follow({ ...config, evaluation }, follows);
    });
    return { id: method.id, configs, follows };
  });
}

/** The rows of a grid: every trained method with every learning rate and norm policy, as many trials for each. */
export function contestTuningRows(
  methods: readonly Method[],
  base: RunConfig,
  learningRates: readonly number[],
): Row[] {
  const trained = methods.filter(({ rule }) => rule.name !== "conversion");
  const policies = Object.keys(NORM_POLICIES) as NormPolicy[];
  return trained.flatMap((method) =>
    policies.flatMap((norms) =>
      learningRates.map((learningRate) => {
        const tried = { ...method, norms, optimiser: { ...method.optimiser, learningRate } };
        const id = `${method.id}-${norms}-lr${learningRate.toExponential()}`;
        const follows = followsOf(tried);
        return { id, configs: [follow(configOf(tried, base), follows)], follows };
      })
    )
  );
}

function followsOf({ norms }: Method): Follows {
  return { "training.freezeNormAfter": ({ training }) => NORM_POLICIES[norms](training.epochs) };
}

function configOf({ rule, optimiser }: Method, base: RunConfig): RunConfig {
  if (rule.name !== "conversion") return { ...base, rule, optimiser };
  const calibrationImages = Math.min(CALIBRATION_IMAGES, base.data.trainImages);
  return { ...base, rule: { ...rule, calibrationImages }, optimiser };
}
