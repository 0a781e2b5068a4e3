import type { RunRecord } from "../../experiments/record.ts";

const CLASSES: ReadonlyMap<string, readonly string[]> = new Map([
  [
    "fashion-mnist",
    [
      ...["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"],
      ...["Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
    ],
  ],
]);

/** The name of a class of the record's data set; its number where names are unknown. */
export function className({ config }: RunRecord, label: number): string {
  return CLASSES.get(config.data.name)?.[label] ?? String(label);
}

/** Height, width and channels of the record's images: square ones, grey or RGB. */
export function imageShape(bytes: number): [number, number, number] {
  const channels = Number.isInteger(Math.sqrt(bytes)) ? 1 : 3;
  const side = Math.sqrt(bytes / channels);
  return [side, side, channels];
}
