import type { DatasetName } from "../data/sets/all.ts";

/** Where a reported value was read. `published` is a peer's paper, log or README. */
export type ReportedTag = "abstract" | "intro" | "code" | "inferred" | "published";

/** A number that others report; never one of ours. */
export interface ReportedValue {
  /** What the method is about: the networks of which notebooks it stands beside. */
  subject: "spiking" | "convmixer" | "se-resnet";
  method: string;
  dataset: DatasetName;
  /**
   * What was measured; "tie-inclusive" counts a tie for the maximum as correct, "accuracy" leaves the rule open;
   * "difference" is one of accuracies.
   */
  metric: "accuracy" | "argmax" | "tie-inclusive" | "parameters" | "difference";
  /** Percent, points of a difference, or a number of parameters. */
  value: number;
  sd?: number;
  /** Simulated time steps, where given. */
  T?: number;
  /** How the epoch was chosen, where given. */
  selection?: "last" | "best test" | "validated";
  tag: ReportedTag;
  source: string;
}

const PROXY_PAPER = "Kheradpisheh, Mirsadeghi, Masquelier 2022, arXiv 2109.13208";
const PROXY_CODE = "stored output of the notebook in SRKH/ProxyLearning";
export const SNN_BY_PROXY = "SNN by proxy";
export const PROXY_ANN = "its proxy ANN";
export const SHARED_CONVMIXER = "ConvMixer, all kernels shared, against unshared";

/**
 * Every reported value this project shows. A reader with the papers at hand can enter more: give the tag of the place
 * it was read in.
 */
export const REPORTED: readonly ReportedValue[] = [
  ...proxyLearning(),
  ...fashionMnistPeers(),
  ...cifar10SpikingPeers(),
  ...kernelSharing(),
  ...convMixerPeers(),
  ...seResNetPeers(),
];

/** The reported values of a data set, of one method if given. */
export function reportedValues(dataset: DatasetName, method?: string): ReportedValue[] {
  return REPORTED.filter((value) =>
    value.dataset === dataset && (method === undefined || value.method === method)
  );
}

function proxyLearning(): ReportedValue[] {
  const subject = "spiking";
  const paper = {
    subject,
    method: SNN_BY_PROXY,
    metric: "accuracy",
    tag: "abstract",
    source: PROXY_PAPER,
  } as const;
  const code = { subject, dataset: "fashion-mnist", T: 15, tag: "code", source: PROXY_CODE } as const;
  return [
    { ...paper, dataset: "fashion-mnist", value: 94.56 },
    { ...code, method: SNN_BY_PROXY, metric: "tie-inclusive", value: 93.37 },
    { ...code, method: PROXY_ANN, metric: "accuracy", value: 91.01 },
    { ...paper, dataset: "cifar-10", value: 93.11 },
  ];
}

function fashionMnistPeers(): ReportedValue[] {
  const peer = {
    subject: "spiking",
    dataset: "fashion-mnist",
    metric: "accuracy",
    tag: "published",
  } as const;
  const tutorial = {
    ...peer,
    method: "SpikingJelly IF tutorial",
    T: 4,
    source: "SpikingJelly's tutorial",
  } as const;
  return [
    { ...peer, method: "PLIF", T: 8, value: 94.38, selection: "best test", source: "PLIF's paper" },
    { ...peer, method: "PLIF", T: 8, value: 93.85, selection: "validated", source: "PLIF's paper" },
    { ...tutorial, value: 93.30, selection: "best test" },
    { ...tutorial, value: 92.96, selection: "last" },
    { ...peer, method: "TSSL-BP", T: 5, value: 92.69, sd: 0.09, source: "TSSL-BP's paper" },
    { ...peer, method: "LISNN", T: 20, value: 92.07, source: "LISNN's paper" },
  ];
}

function cifar10SpikingPeers(): ReportedValue[] {
  const peer = { subject: "spiking", dataset: "cifar-10", metric: "accuracy", tag: "published" } as const;
  return [
    { ...peer, method: "PLIF", T: 8, value: 93.50, source: "PLIF's paper" },
    { ...peer, method: "PLIF", T: 8, value: 92.58, selection: "validated", source: "PLIF's paper" },
    { ...peer, method: "TSSL-BP", T: 5, value: 91.41, source: "TSSL-BP's paper" },
    { ...peer, method: "RMP-SNN (conversion)", T: 2048, value: 93.63, source: "RMP-SNN's paper" },
    { ...peer, method: "QCFS (VGG-16)", T: 4, value: 94.01, source: "QCFS's paper" },
    { ...peer, method: "TET (ResNet-19)", T: 4, value: 94.44, source: "TET's paper" },
  ];
}

/** "Loses 1.8 % on CIFAR-10 and 3.6 % on CIFAR-100": points, presumably. */
function kernelSharing(): ReportedValue[] {
  const source = "Azadbakht, Kheradpisheh, Khalfaoui-Hassani, Masquelier 2022, arXiv 2210.14151";
  const method = SHARED_CONVMIXER;
  const claim = { subject: "convmixer", method, metric: "difference", tag: "intro", source } as const;
  return [
    { ...claim, dataset: "cifar-10", value: -1.8 },
    { ...claim, dataset: "cifar-100", value: -3.6 },
  ];
}

function convMixerPeers(): ReportedValue[] {
  const method = "ConvMixer-256/8 k5 p2";
  const peer = { subject: "convmixer", method, metric: "accuracy", tag: "published" } as const;
  const log = { ...peer, dataset: "cifar-10", source: "its authors' published log (25 epochs)" } as const;
  return [
    { ...log, metric: "parameters", value: 594_186 },
    { ...log, value: 92.60 },
    { ...peer, dataset: "cifar-10", value: 94.17, source: "SplitMixer's README" },
    { ...peer, dataset: "cifar-100", value: 73.92, source: "SplitMixer's README" },
    {
      ...peer,
      dataset: "cifar-10",
      method: "SplitMixer-I 0.28 M",
      value: 93.91,
      source: "SplitMixer's README",
    },
  ];
}

function seResNetPeers(): ReportedValue[] {
  const source = "SE-ResNet upstream (widths 16/32/64, no cutout)";
  const accuracies = [[20, 92.15], [32, 92.96], [56, 94.02], [110, 94.70]] as const;
  return accuracies.map(([depth, value]) => (
    {
      subject: "se-resnet",
      method: `SE-ResNet depth ${depth}`,
      dataset: "cifar-10",
      metric: "accuracy",
      value,
      tag: "published",
      source,
    }
  ));
}
