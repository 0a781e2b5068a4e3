import { UsageError } from "../errors.ts";
import { type DatasetName, datasetOf, DATASETS } from "./sets/all.ts";

/** The classes of every data set. */
export const CLASSES = Object.fromEntries(
  DATASETS.map(({ name, classes }) => [name, classes]),
) as Readonly<Record<DatasetName, readonly string[]>>;

/** The name of a class of a data set. */
export function className(dataset: string, label: number): string {
  const { classes } = datasetOf(dataset);
  const name = classes[label];
  if (name !== undefined) return name;
  throw new UsageError(
    `Naming class ${label} of ${dataset}: it has ${classes.length} classes; give a label from 0 to ${
      classes.length - 1
    }.`,
  );
}
