import { accuracyAgainstTime } from "../comparison/accuracy_against.ts";
import { comparisonTable } from "../comparison/accuracy_table.ts";
import { agreementFigure, agreementTable, withAgreement } from "../comparison/agreement.ts";
import { rulesTable } from "../comparison/rules_table.ts";
import { hasCurve } from "../frame.ts";
import { scaleDrift } from "../proxy/scale_drift.ts";
import type { Report } from "../report.ts";
import { ratesTable } from "../spiking/rates_table.ts";
import { controlsTable } from "./controls_table.ts";

/** Tables and figures of proxy learning's controls. */
export const controlsReport: Report = {
  tables: (records) =>
    [rulesTable, comparisonTable, controlsTable, ratesTable, agreementTable].map((table) => table(records)),
  figures: (records) => [
    ...[accuracyAgainstTime(records), ...(hasCurve(records) ? [scaleDrift(records)] : [])],
    ...withAgreement(records).map(agreementFigure),
  ],
};
