import { INK } from "../figure.ts";
import type { Words } from "./words.ts";

/** The ANN alone. */
export const ann: Words<"ann"> = {
  short: "ANN alone",
  colour: INK,
  source: "–",
  label: () => "ANN alone",
  recipe: () => "cross entropy",
  row: () => ({ neurons: "ReLU", output: "logits", loss: "cross entropy", gradient: "the network's own" }),
};
