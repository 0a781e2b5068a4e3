import type { RunConfig } from "../../runs/config/config.ts";
import type { Profile } from "../../runs/profile.ts";
import type { Experiment } from "../experiment.ts";
import { baseOf, SIZES } from "./fashion_mnist_learning_rules.ts";
import { reductionOf, RELEASED } from "./fashion_mnist_proxy.ts";
import { contestRows, type ContestSize, type Method, PROXY_ADAM } from "./learning_rules.ts";

/*
 * Question: why does a proxy work? Each row takes one explanation away from proxy learning: the replaced output; the ANN's
 *           activations, masks or weights on the way back; hard reset; an output that may run away from the SNN's; norms that
 *           stand still.
 * Recipe:   ours, that of the row proxy-k2 in fashion-mnist-learning-rules, 8 epochs at study.
 * Command:  deno task train fashion-mnist-proxy-controls --profile study
 */

/** Weight of the term that holds both outputs together: small beside the loss, as the distance grows to thousands. */
const HOLD = 0.01;

function controlledMethods({ T, proxyThreshold, targets, preferred }: ContestSize): Method[] {
  const [target = 1] = targets;
  const proxy = { ...RELEASED.rule, T: T.spiking, threshold: proxyThreshold, target } as const;
  const { norms, ...rate } = preferred.proxy;
  const method = (id: string, rule: RunConfig["rule"]): Method => ({
    ...{ id, rule, norms, optimiser: { ...PROXY_ADAM, ...rate } },
  });
  const control = { ...proxy, name: "proxy-control" } as const;
  return [
    method("proxy", proxy),
    method("no-replacement", { ...proxy, name: "no-replacement" }),
    method("snn-activations", { ...control, activations: "snn" }),
    method("snn-masks", { ...control, masks: "snn" }),
    method("random-feedback", { ...control, feedback: "random" }),
    method("soft-reset", { ...proxy, reset: "subtract" }),
    method("held-together", { ...control, hold: HOLD }),
    { ...method("norms-never", proxy), norms: "never" },
  ];
}

function sizeOf(profile: Profile): ContestSize {
  return profile === "study" ? { ...SIZES.study, epochs: 8 } : SIZES[profile];
}

/** Proxy learning beside its controls. */
export const fashionMnistProxyControls: Experiment = {
  name: "fashion-mnist-proxy-controls",
  title: "Controls of proxy learning on Fashion-MNIST",
  reduced: (profile) => reductionOf(sizeOf(profile)),
  rows(profile) {
    const size = sizeOf(profile);
    return contestRows(controlledMethods(size), baseOf(size), size);
  },
};
