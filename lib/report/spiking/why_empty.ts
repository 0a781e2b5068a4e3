import { divergenceLabel, rowLabel, type RunGroup } from "../label.ts";

/** Says why there is nothing to see: no spiking run, or all diverged. */
export function whyEmpty(groups: RunGroup[]): string {
  const ends = groups.flatMap(({ diverged }) => diverged)
    .map((record) => `${rowLabel(record, "snn")}, seed ${record.config.seed}, ${divergenceLabel(record)}`);
  return ends.length === 0
    ? "There is no finished spiking run."
    : `No spiking run finished: ${ends.join("; ")}.`;
}
