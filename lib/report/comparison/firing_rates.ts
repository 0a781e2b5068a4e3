import type { RunRecord } from "../../runs/record.ts";
import type { Figure } from "../figure.ts";
import { firingRates } from "../spiking/firing_rates.ts";
import { barLook } from "./methods.ts";

/** Mean firing rate of every layer, a colour per learning rule, paler bars for its variants. */
export function comparedFiringRates(records: readonly RunRecord[]): Figure {
  return firingRates(records, barLook);
}
