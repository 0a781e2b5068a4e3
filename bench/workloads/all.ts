import { SPECS, type WorkloadSpec } from "../spec.ts";
import type { Inputs, Workload } from "../workload.ts";
import { convMixerStep } from "./convmixer_step.ts";
import { epoch } from "./epoch.ts";
import { proxyStep } from "./proxy_step.ts";
import { seResNetStep } from "./se_resnet_step.ts";
import { snnInference } from "./snn_inference.ts";
import { spikeDepthwiseLayer } from "./spike_depthwise.ts";
import { surrogateStep } from "./surrogate_step.ts";
import { tandemStep } from "./tandem_step.ts";

/** Our side of each kind of workload; each takes the specs of its own kind. */
const OURS: { [Kind in WorkloadSpec["kind"]]?: (spec: never, inputs: Inputs) => Workload } = {
  "snn-inference": snnInference,
  "proxy-step": proxyStep,
  "surrogate-step": surrogateStep,
  "tandem-step": tandemStep,
  "convmixer-step": convMixerStep,
  "se-resnet-step": seResNetStep,
  "spike-depthwise": spikeDepthwiseLayer,
  epoch,
};

/** The workloads that can be run. */
export const AVAILABLE: readonly WorkloadSpec[] = SPECS.filter(({ kind }) => kind in OURS);

/** Our side of a workload; a kind that is not available is a defect of the caller. */
export function workloadOf(spec: WorkloadSpec, inputs: Inputs): Workload {
  const make = OURS[spec.kind];
  if (make === undefined) throw new Error(`There is no workload of the kind "${spec.kind}".`);
  return make(spec as never, inputs);
}
