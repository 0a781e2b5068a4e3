import { className as nameOf } from "../../data/classes.ts";
import type { RunRecord } from "../../runs/record.ts";

/** The name of a class of the record's data set. */
export function className({ config }: RunRecord, label: number): string {
  return nameOf(config.data.name, label);
}

/** Height, width and channels of the record's images: square ones, grey or RGB. */
export function imageShape(bytes: number): [number, number, number] {
  const channels = Number.isInteger(Math.sqrt(bytes)) ? 1 : 3;
  const side = Math.sqrt(bytes / channels);
  return [side, side, channels];
}
