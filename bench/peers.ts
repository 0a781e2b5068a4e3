import type { WorkloadSpec } from "./spec.ts";
import type { Computer, Who } from "./side.ts";

const PYTORCH: Who[] = [{ computer: "pytorch", layout: "nchw" }, {
  computer: "pytorch",
  layout: "channels_last",
}];
const SPIKINGJELLY: Who[] = PYTORCH.map((who) => ({ ...who, computer: "spikingjelly" }));
/** Plain TensorFlow.js operations: our own references. */
const TFJS: Who[] = [{ computer: "tfjs" }];

/** The peers of each kind of workload; of a peer's layouts the faster one counts. */
const PEERS: Record<WorkloadSpec["kind"], readonly Who[]> = {
  "snn-inference": [...SPIKINGJELLY, ...PYTORCH, ...TFJS],
  "proxy-step": [...PYTORCH, ...TFJS],
  "surrogate-step": [...SPIKINGJELLY, ...PYTORCH, ...TFJS],
  "tandem-step": [],
  "convmixer-step": [...PYTORCH, ...TFJS],
  "se-resnet-step": [...PYTORCH, ...TFJS],
  epoch: [],
  "spike-depthwise": [],
};

/** The peers of a workload: none where norms train, which the peers' workloads do not. */
export function peersOf(spec: WorkloadSpec): readonly Who[] {
  return "norms" in spec && spec.norms === "train" ? [] : PEERS[spec.kind];
}

/** We. */
export const WE: Who & { computer: Computer } = { computer: "weightshare" };
