import type { RunRecord } from "../../runs/record.ts";
import type { Report } from "../report.ts";
import { hasCurve } from "../frame.ts";
import { spikingGroups } from "../label.ts";
import { reportedTable } from "../reported_table.ts";
import { accuracyOverTime } from "./accuracy_over_time.ts";
import { accuracyPerEpoch } from "./accuracy_per_epoch.ts";
import { exampleImages } from "./example_images.ts";
import { firingRates } from "../spiking/firing_rates.ts";
import { ratesTable } from "../spiking/rates_table.ts";
import { spikeRaster } from "./spike_raster.ts";
import { deadlineCode } from "./deadline.ts";
import { scaleDrift } from "./scale_drift.ts";
import { proxyTable } from "./table.ts";
import { tieRules } from "./tie_rules.ts";

/** Tables and figures of "fashion-mnist-proxy". */
export const proxyReport: Report = {
  tables: (records) => [proxyTable(records), ratesTable(records), reportedTable("spiking", "fashion-mnist")],
  figures: (records) => [
    ...[accuracyPerEpoch(records), accuracyOverTime(records), firingRates(records)],
    ...[tieRules(records), deadlineCode(records), ...(hasCurve(records) ? [scaleDrift(records)] : [])],
    ...oneRunPerSnn(records).flatMap((record) => [spikeRaster(record), exampleImages(record)]),
  ],
};

/** One run of every SNN: its first finished seed, or a diverged one where none finished. */
export function oneRunPerSnn(records: readonly RunRecord[]): RunRecord[] {
  return spikingGroups(records).map(({ first, finished }) => finished[0] ?? first);
}
