import { UsageError } from "../errors.ts";
import type { RunRecord } from "../runs/record.ts";
import type { Figure } from "./figure.ts";
import type { Report } from "./report.ts";
import { comparisonReport } from "./comparison/report.ts";
import { controlsReport } from "./explanations/report.ts";
import { proxyReport } from "./proxy/report.ts";
import { authorsReport } from "./sharing/authors_log.ts";
import { sharingReport } from "./sharing/report.ts";
import { spikingSharingReport } from "./spiking_sharing/report.ts";
import { learningRatesReport } from "./tuning/learning_rates.ts";
import { tuningReport } from "./tuning/report.ts";
import type { Table } from "./table.ts";

/** The report of every experiment that has one. */
export const REPORTS: Readonly<Record<string, Report>> = {
  "fashion-mnist-proxy": proxyReport,
  "fashion-mnist-proxy-tuning": tuningReport,
  "fashion-mnist-comparison": comparisonReport,
  "fashion-mnist-six-layer-comparison": comparisonReport,
  "fashion-mnist-comparison-tuning": learningRatesReport,
  "cifar-10-comparison": comparisonReport,
  "cifar-10-comparison-tuning": learningRatesReport,
  "cifar-10-proxy-tuning": learningRatesReport,
  "fashion-mnist-learning-rules": comparisonReport,
  "fashion-mnist-learning-rules-tuning": learningRatesReport,
  "cifar-10-learning-rules": comparisonReport,
  "cifar-10-learning-rules-tuning": learningRatesReport,
  "fashion-mnist-proxy-controls": controlsReport,
  "convmixer-cifar-10": sharingReport,
  "convmixer-cifar-100": sharingReport,
  "se-resnet-cifar-10": sharingReport,
  "convmixer-few-images": sharingReport,
  "convmixer-plain": sharingReport,
  "convmixer-crop-flip-cifar-10": sharingReport,
  "convmixer-crop-flip-cifar-100": sharingReport,
  "convmixer-authors-cifar-10": authorsReport,
  "se-resnet-full-width-cifar-10": sharingReport,
  "se-resnet-full-width-cifar-100": sharingReport,
  "convmixer-few-images-in-pytorch": sharingReport,
  "convmixer-plain-in-pytorch": sharingReport,
  "convmixer-crop-flip-cifar-10-in-pytorch": sharingReport,
  "convmixer-crop-flip-cifar-100-in-pytorch": sharingReport,
  "se-resnet-full-width-cifar-10-in-pytorch": sharingReport,
  "fashion-mnist-learning-rules-in-pytorch": comparisonReport,
  "fashion-mnist-proxy-controls-in-pytorch": controlsReport,
  "cifar-10-learning-rules-in-pytorch": comparisonReport,
  "cifar-10-learning-rules-tuning-in-pytorch": learningRatesReport,
  "fashion-mnist-folded": spikingSharingReport,
  "fashion-mnist-folded-in-pytorch": spikingSharingReport,
  "fashion-mnist-folded-tuning": learningRatesReport,
  "fashion-mnist-folded-proxy-tuning": learningRatesReport,
  "fashion-mnist-folded-tuning-in-pytorch": learningRatesReport,
  "fashion-mnist-seven-layer-sharing": spikingSharingReport,
  "fashion-mnist-seven-layer-sharing-in-pytorch": spikingSharingReport,
  "cifar-10-ten-layer-sharing": spikingSharingReport,
  "cifar-10-spiking-convmixer": spikingSharingReport,
};

/** The tables of an experiment's records, for export. */
export function tables(records: readonly RunRecord[]): Table[] {
  return byExperiment(records).flatMap(([name, some]) => reportOf(name).tables(some));
}

/** The figures of an experiment's records, for export. */
export function figures(records: readonly RunRecord[]): Figure[] {
  return byExperiment(records).flatMap(([name, some]) => reportOf(name).figures(some));
}

function byExperiment(records: readonly RunRecord[]): [string, RunRecord[]][] {
  const names = [...new Set(records.map(({ experiment }) => experiment))];
  return names.map((name) => [name, records.filter(({ experiment }) => experiment === name)]);
}

function reportOf(name: string): Report {
  const report = Object.hasOwn(REPORTS, name) ? REPORTS[name] : undefined;
  if (report !== undefined) return report;
  const known = Object.keys(REPORTS).join(", ");
  throw new UsageError(
    `Making tables and figures of the experiment "${name}": it has none; use one of ${known}.`,
  );
}
