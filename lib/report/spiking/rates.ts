import type { RunRecord } from "../../runs/record.ts";

/** The layers whose rates any record tells, in the network's order, with their neurons where known. */
export function layersOf(records: readonly RunRecord[]): { name: string; neurons: number | null }[] {
  const layers = new Map<string, number | null>();
  for (const { spiking } of records) {
    for (const name of Object.keys(spiking?.rates ?? {})) {
      layers.set(name, layers.get(name) ?? spiking?.neurons[name] ?? null);
    }
  }
  return [...layers].map(([name, neurons]) => ({ name, neurons }));
}

/** A layer's rate in every record that has it. */
export function ratesOf(records: readonly RunRecord[], layer: string): number[] {
  return records.flatMap(({ spiking }) => spiking?.rates[layer] ?? []);
}
