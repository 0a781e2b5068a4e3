import type { RunRecord } from "../../runs/record.ts";
import { imageByImageTable } from "../image_by_image.ts";
import type { RunGroup } from "../label.ts";
import type { Report } from "../report.ts";
import { ratesTable } from "../spiking/rates_table.ts";
import { accuracyAgainstOperations, accuracyAgainstTime } from "./accuracy_against.ts";
import { comparisonTable } from "./accuracy_table.ts";
import { agreementFigure, agreementTable, withAgreement } from "./agreement.ts";
import { claimsTable } from "./claims_table.ts";
import { comparedFiringRates } from "./firing_rates.ts";
import { costTable } from "./cost_table.ts";
import { energyTable } from "./energy_table.ts";
import { haveReadOuts, readOutsTable } from "./read_outs_table.ts";
import { methods } from "./methods.ts";
import { rulesTable } from "./rules_table.ts";
import type { Table } from "../table.ts";

/** Tables and figures of the comparisons of learning rules. */
export const comparisonReport: Report = {
  tables: (records) =>
    [
      ...[rulesTable, comparisonTable, claimsTable],
      ...(haveReadOuts(records) ? [readOutsTable] : []),
      ...[costTable, energyTable, ratesTable, agreementTable],
    ].map((table) => table(records)).concat(imageByImage(records) ?? []),
  figures: (records) => [
    ...[accuracyAgainstTime(records), accuracyAgainstOperations(records), comparedFiringRates(records)],
    ...withAgreement(records).map(agreementFigure),
  ],
};

/** Every SNN by proxy against every other rule's network. */
function imageByImage(records: readonly RunRecord[]): Table | null {
  const all = methods(records);
  const [proxies, others] = [true, false].map((wanted) =>
    all.filter(({ first }) => (first.config.rule.name === "proxy") === wanted)
  ) as [RunGroup[], RunGroup[]];
  return imageByImageTable(
    records,
    proxies.flatMap((proxy) => others.map((other) => [proxy, other] as const)),
  );
}
