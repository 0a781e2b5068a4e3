import { FailureError } from "../../lib/errors.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { compare, type Comparison, type Results } from "./compare.ts";
import { type Fixture, readFixture } from "./fixture.ts";
import { adamStep } from "./kinds/adam_step.ts";
import { batchNorm } from "./kinds/batch_norm.ts";
import { conversion } from "./kinds/conversion.ts";
import { convMixerCase, seResNetCase } from "./kinds/classifier.ts";
import { depthwise, geluBatchNorm, pointwise } from "./kinds/layers.ts";
import { clip, loss, optimiserSteps, schedule } from "./kinds/recipes.ts";
import { ifNeuron } from "./kinds/if_neuron.ts";
import { proxyStep } from "./kinds/proxy_step.ts";
import { snnForward } from "./kinds/snn_forward.ts";
import { spikeConvolution } from "./kinds/spike_conv.ts";
import { spikeProduct } from "./kinds/spike_linear.ts";
import { surrogateStep } from "./kinds/surrogate_step.ts";
import { tandemStep } from "./kinds/tandem_step.ts";
import { tieRule } from "./kinds/tie_rule.ts";

/** How each kind of fixture is computed. */
const KINDS: Record<string, (fixture: Fixture) => Results> = {
  "adam-step": adamStep,
  "batch-norm": batchNorm,
  "clip": clip,
  "conversion": conversion,
  "convmixer": convMixerCase,
  "depthwise-conv": depthwise,
  "gelu-batchnorm": geluBatchNorm,
  "if-neuron": ifNeuron,
  "loss": loss,
  "optimiser": optimiserSteps,
  "pointwise-conv": pointwise,
  "proxy-step": proxyStep,
  "schedule": schedule,
  "se-resnet": seResNetCase,
  "snn-forward": snnForward,
  "spike-conv": spikeConvolution,
  "spike-linear": spikeProduct,
  "surrogate-step": surrogateStep,
  "tandem-step": tandemStep,
  "tie-rule": tieRule,
};

/** The names of all kinds. */
export const GOLDEN_KINDS: readonly string[] = Object.keys(KINDS);

export type Verdict = { fixture: Fixture } & Comparison;

/** Computes one golden file and compares it; an unknown kind is an error. */
export function evaluateGolden(path: string): Verdict {
  const fixture = readFixture(path);
  const kind = Object.hasOwn(KINDS, fixture.kind) ? KINDS[fixture.kind] : undefined;
  if (kind === undefined) {
    const known = GOLDEN_KINDS.join(", ");
    throw new FailureError(`Evaluating ${path}: the kind "${fixture.kind}" is unknown; use one of ${known}.`);
  }
  tf.engine().startScope();
  try {
    return { fixture, ...compare(fixture, kind(fixture)) };
  } finally {
    tf.engine().endScope();
  }
}
