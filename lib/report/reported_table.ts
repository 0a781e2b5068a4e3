import type { DatasetName } from "../data/sets/all.ts";
import { type ReportedValue, reportedValues } from "../experiments/reported.ts";
import type { Table } from "./table.ts";

/** The accuracies that others report on a subject and a data set, with their source; none of these numbers is ours. */
export function reportedTable(subject: ReportedValue["subject"], dataset: DatasetName): Table {
  const values = reportedValues(dataset).filter((value) =>
    value.subject === subject && value.metric !== "parameters" && value.metric !== "difference"
  );
  return {
    name: `reported-${subject}-${dataset}`,
    title: `Reported by others on ${dataset}`,
    caption: "Accuracy in percent as published; none of it was measured here.",
    label: "",
    columns: [
      { heading: "Method", format: "text" },
      { heading: "T", format: "integer" },
      { heading: "Accuracy (%)", format: "text" },
      { heading: "Rule or selection", format: "text" },
      { heading: "Tag", format: "text" },
      { heading: "Source", format: "text" },
    ],
    rows: values.map(({ method, T, value, sd, metric, selection, tag, source }) => [
      method,
      T ?? null,
      sd === undefined ? value.toFixed(2) : `${value.toFixed(2)} ± ${sd.toFixed(2)}`,
      [metric === "accuracy" ? [] : metric, selection ?? []].flat().join(", ") || "not given",
      tag,
      source,
    ]),
    notes: [
      "abstract = read in the paper's abstract; code = in the released code's stored output; published = a peer's paper, log or README.",
    ],
  };
}
