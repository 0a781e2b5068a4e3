import { FailureError } from "../../lib/errors.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { compare, type Comparison, type Results } from "./compare.ts";
import { type Fixture, readFixture } from "./fixture.ts";
import { adamStep } from "./kinds/adam_step.ts";
import { batchNorm } from "./kinds/batch_norm.ts";
import { conversion } from "./kinds/conversion.ts";
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
  conversion,
  "if-neuron": ifNeuron,
  "proxy-step": proxyStep,
  "snn-forward": snnForward,
  "spike-conv": spikeConvolution,
  "spike-linear": spikeProduct,
  "surrogate-step": surrogateStep,
  "tandem-step": tandemStep,
  "tie-rule": tieRule,
};

/** Kinds whose code is still to come. */
const NOT_YET: readonly string[] = [
  "clip",
  "convmixer",
  "depthwise-conv",
  "gelu-batchnorm",
  "loss",
  "optimiser",
  "pointwise-conv",
  "schedule",
  "se-resnet",
];

export type Verdict = { fixture: Fixture } & ({ status: "not yet" } | ({ status: "compared" } & Comparison));

/** Computes one golden file and compares it; an unknown kind is an error. */
export function evaluateGolden(path: string): Verdict {
  const fixture = readFixture(path);
  const kind = KINDS[fixture.kind];
  if (kind !== undefined) {
    tf.engine().startScope();
    try {
      return { fixture, status: "compared", ...compare(fixture, kind(fixture)) };
    } finally {
      tf.engine().endScope();
    }
  }
  if (NOT_YET.includes(fixture.kind)) return { fixture, status: "not yet" };
  const known = [...Object.keys(KINDS), ...NOT_YET].join(", ");
  throw new FailureError(`Evaluating ${path}: the kind "${fixture.kind}" is unknown; use one of ${known}.`);
}
