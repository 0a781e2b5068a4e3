import type { RunRecord } from "../../runs/record.ts";
import { hasCurve } from "../frame.ts";
import { groupRuns } from "../label.ts";
import type { Report } from "../report.ts";
import { sharingTable } from "./accuracy_table.ts";
import { accuracyAgainstDepth, trainTestGap } from "./against_depth.ts";
import { accuracyAgainstParameters } from "./against_parameters.ts";
import { comparisons, differencesTable } from "./differences_table.ts";
import { kernelPictures } from "./kernel_pictures.ts";
import { sharingCurves } from "./learning_curves.ts";
import { imageByImageTable } from "../image_by_image.ts";
import type { Table } from "../table.ts";
import { depthOf, familyOf, sharedNetworkLabel } from "./rows.ts";

/** Tables and figures of the kernel-sharing experiments. */
export const sharingReport: Report = {
  tables: (records) => [
    ...[sharingTable(records), differencesTable(records)],
    ...imageByImage(records),
  ],
  figures: (records) => [
    accuracyAgainstParameters(records),
    ...(hasDepths(records) ? [accuracyAgainstDepth(records), trainTestGap(records)] : []),
    ...(hasCurve(records) ? [sharingCurves(records)] : []),
    ...withPictures(records).map(kernelPictures),
  ],
};

/** Whether a network stands there at several depths; a rival of equal parameters is another network. */
function hasDepths(records: readonly RunRecord[]): boolean {
  const own = records.filter((record) => familyOf(record) !== "equal parameters");
  return new Set(own.map(({ config: { network } }) => depthOf(network))).size > 1;
}

function imageByImage(records: readonly RunRecord[]): Table[] {
  return [imageByImageTable(records, comparisons(records), sharedNetworkLabel) ?? []].flat();
}

/** One run of each base network whose depthwise filters were kept: unshared and all shared. */
export function withPictures(records: readonly RunRecord[]): RunRecord[] {
  return groupRuns(records).flatMap(({ first, finished }) => {
    const [record] = finished;
    const kept = record?.classifier !== undefined && record.classifier.filters.length > 0;
    return kept && ["none", "all"].includes(first.row) ? [record] : [];
  });
}
