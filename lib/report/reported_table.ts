import type { DatasetName } from "../data/sets/all.ts";
import { type ReportedValue, reportedValues } from "../experiments/reported.ts";
import { makeTable, type Table } from "./table.ts";

/** The accuracies that others report on a subject and a data set, with their source; none of these numbers is ours. */
export function reportedTable(subject: ReportedValue["subject"], dataset: DatasetName): Table {
  const values = reportedValues(dataset).filter((value) =>
    value.subject === subject && value.metric !== "parameters" && value.metric !== "difference"
  );
  return makeTable(
    {
      name: `reported-${subject}-${dataset}`,
      title: `Reported by others on ${dataset}`,
      caption: "Accuracy in percent as published; none of it was measured here.",
      label: "",
      notes: [
        "abstract = read in the paper's abstract; code = in the released code's stored output; published = a peer's paper, log or README.",
      ],
    },
    [
      { heading: "Method", format: "text", cell: ({ method }) => method },
      { heading: "T", format: "integer", cell: ({ T }) => T ?? null },
      {
        ...{ heading: "Accuracy (%)", format: "text" },
        cell: ({ value, sd }) =>
          sd === undefined ? value.toFixed(2) : `${value.toFixed(2)} ± ${sd.toFixed(2)}`,
      },
      {
        ...{ heading: "Rule or selection", format: "text" },
        cell: ({ metric, selection }) =>
          [metric === "accuracy" ? [] : metric, selection ?? []].flat().join(", ") || "not given",
      },
      { heading: "Tag", format: "text", cell: ({ tag }) => tag },
      { heading: "Source", format: "text", cell: ({ source }) => source },
    ],
    values,
  );
}
