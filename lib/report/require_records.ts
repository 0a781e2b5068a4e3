import { UsageError } from "../errors.ts";
import { networkOf } from "../models/all.ts";
import type { RunRecord } from "../runs/record.ts";

/** Refuses records of networks that have no kernels to share; `doing` says what they are for. */
export function requireSharing(doing: string, records: readonly RunRecord[]): void {
  requireEach(doing, records, sharesKernels, "share no kernels", "convmixer-cifar-10 or se-resnet-cifar-10");
}

/** Refuses records of networks that have one life only. */
export function requireTwoLives(doing: string, records: readonly RunRecord[]): void {
  const hasTwo = (record: RunRecord) => !sharesKernels(record);
  requireEach(
    doing,
    records,
    hasTwo,
    "have no spiking life",
    "fashion-mnist-proxy or fashion-mnist-comparison",
  );
}

/** Refuses records that do not say by their rows what a network with two lives shares. */
export function requireSharedSpiking(doing: string, records: readonly RunRecord[]): void {
  requireTwoLives(doing, records);
  const named = ({ row }: RunRecord) => /^(none|all|equal-[a-z]+)-/.test(row);
  requireEach(doing, records, named, "are not compared by what they share", "fashion-mnist-folded");
}

/** Refuses records of other images than Fashion-MNIST's. */
export function requireFashion(doing: string, records: readonly RunRecord[]): void {
  requireTwoLives(doing, records);
  const isFashion = ({ config }: RunRecord) => config.data.name === "fashion-mnist";
  requireEach(
    doing,
    records,
    isFashion,
    "are of other images",
    "fashion-mnist-proxy, or show comparisonTable",
  );
}

/** Refuses what a list of records gives where it has none. */
export function requireRecord(doing: string, record: RunRecord | undefined): void {
  if (record !== undefined) return;
  throw new UsageError(`${doing}: there is no record; give one of those that reproduce or train gives.`);
}

function sharesKernels({ config: { network } }: RunRecord): boolean {
  return networkOf(network).lives === 1;
}

function requireEach(
  doing: string,
  records: readonly RunRecord[],
  suits: (record: RunRecord) => boolean,
  fault: string,
  others: string,
): void {
  const wrong = records.find((record) => !suits(record));
  if (wrong === undefined) return;
  const { experiment, row, config } = wrong;
  throw new UsageError(
    `${doing}: records such as ${row} of ${experiment} (network ${config.network.name}, data ${config.data.name}) ${fault}; ` +
      `give those of ${others}.`,
  );
}
