import { datasetOf } from "../../data/sets/all.ts";
import { classifierOf } from "../../models/all.ts";
import type { RunRecord } from "../../runs/record.ts";
import { progressLabel } from "../progress_label.ts";
import { spread } from "../frame.ts";
import { changesLabel, groupRuns, type RunGroup } from "../label.ts";

type Network = RunRecord["config"]["network"];

/** What a network of the sharing tables is compared as. */
export type Family = "unshared" | "shared" | "equal parameters";

/** "ConvMixer-64/8" or "SE-ResNet-14"; with what a changed run differs in from its row. */
export function networkLabel(record: RunRecord): string {
  const { network } = record.config;
  return classifierOf(network).label(network) + changesLabel(record) + progressLabel(record);
}

/** Blocks of a ConvMixer; weighted layers of an SE-ResNet, 6 n + 2. */
export function depthOf(network: Network): number {
  return classifierOf(network).depth(network);
}

/** "none", "depthwise", "pointwise", "all", or "stages 1, 3". */
export function sharingLabel({ config: { network } }: RunRecord): string {
  return classifierOf(network).sharing(network);
}

/** Both: "ConvMixer-64/8, all". */
export function sharedNetworkLabel(record: RunRecord): string {
  return `${networkLabel(record)}, ${sharingLabel(record)}`;
}

/** Whether anything is shared, or a network without sharing was made as small as a shared one. */
export function familyOf(record: RunRecord): Family {
  if (record.row.startsWith("equal")) return "equal parameters";
  return sharingLabel(record) === "none" ? "unshared" : "shared";
}

/** Multiply-accumulate operations of a forward pass for one image. */
export function macsOf({ config: { network, data } }: RunRecord): number {
  const { shape, classes } = datasetOf(data.name);
  return classifierOf(network).macs(network, { image: shape, classes: classes.length });
}

/** The group of a row of the experiment, e.g. "all-half". */
export function groupOf(records: readonly RunRecord[], row: string): RunGroup | undefined {
  return groupRuns(records).find(({ first }) => first.row === row);
}

/** Share of test images that the network gets right after its last epoch. */
export function testAccuracy({ last }: RunRecord): number {
  return last?.evaluation.ann?.argmax ?? NaN;
}

/** The same on training images, neither augmented nor mixed. */
export function trainingAccuracy({ classifier }: RunRecord): number {
  return classifier?.training.argmax ?? NaN;
}

/** The unshared network of equal parameters that is best on the evaluated images, by its mean over seeds. */
export function strongestRival(records: readonly RunRecord[]): RunGroup | undefined {
  const rivals = groupRuns(records).filter(({ first, finished }) =>
    familyOf(first) === "equal parameters" && finished.length > 0
  );
  const mean = ({ finished }: RunGroup) => spread(finished.map(testAccuracy))?.mean ?? NaN;
  return rivals.toSorted((one, other) => mean(other) - mean(one))[0];
}
