import type { Report } from "../report.ts";
import { ratesTable } from "../spiking/rates_table.ts";
import { accuracyAgainstOperations, accuracyAgainstTime } from "./accuracy_against.ts";
import { comparisonTable } from "./accuracy_table.ts";
import { agreementFigure, agreementTable, withAgreement } from "./agreement.ts";
import { claimsTable } from "./claims_table.ts";
import { comparedFiringRates } from "./firing_rates.ts";
import { costTable } from "./cost_table.ts";
import { haveReadOuts, readOutsTable } from "./read_outs_table.ts";
import { rulesTable } from "./rules_table.ts";

/** Tables and figures of the comparisons of learning rules. */
export const comparisonReport: Report = {
  tables: (records) =>
    [
      ...[rulesTable, comparisonTable, claimsTable],
      ...(haveReadOuts(records) ? [readOutsTable] : []),
      ...[costTable, ratesTable, agreementTable],
    ].map((table) => table(records)),
  figures: (records) => [
    ...[accuracyAgainstTime(records), accuracyAgainstOperations(records), comparedFiringRates(records)],
    ...withAgreement(records).map(agreementFigure),
  ],
};
