import { twoLivesSpec } from "../../models/all.ts";
import type { RunRecord } from "../../runs/record.ts";
import { type SynapticMemory, synapticMemory } from "../../spiking/synaptic_memory.ts";
import { reducedLabel } from "../label.ts";
import { requireSharedSpiking } from "../require_records.ts";
import { type ColumnOf, makeTable, type Table } from "../table.ts";
import { comparedAs, groupsByNetwork, sharingName, sizeText } from "./rows.ts";

const KIBIBYTE = 2 ** 10;
/** Bytes of a number. */
const FLOAT32 = 4;
const INT8 = 1;

/** A network's memory, and that of the one that shares nothing. */
interface Line {
  record: RunRecord;
  memory: SynapticMemory;
  unshared: SynapticMemory | undefined;
}

/** What a chip holds of every network: weights once, norms, membranes. Nothing of it was measured; it follows from the layers. */
export function synapticMemoryTable(records: readonly RunRecord[]): Table {
  requireSharedSpiking("Making the table of synaptic memory", records);
  const networks = [
    ...new Map(groupsByNetwork(records).map(({ first }) => [sharingName(first) + sizeText(first), first]))
      .values(),
  ];
  const memoryOf = ({ config: { network } }: RunRecord) => synapticMemory(twoLivesSpec(network));
  const none = networks.find((record) => comparedAs(record) === "none");
  const lines = networks.map((record): Line => ({
    record,
    memory: memoryOf(record),
    unshared: none && memoryOf(none),
  }));
  return makeTable(
    {
      name: `${records[0]?.experiment ?? "spiking-sharing"}-memory`,
      title: "Synaptic memory on a chip",
      caption:
        "Numbers that a chip holds to run each spiking network step after step, counted from its layers.",
      label: reducedLabel(records),
      notes: [
        "Weights: each kernel once, however many layers use it. Scales and shifts: what a frozen norm is, for every channel of every layer. Its scale lies in the kernel, but where several layers use that: each then needs its own.",
        "Membranes: one for every neuron of every layer, which sharing leaves as many as there were. A chip that runs layer after layer over all steps holds one layer's, and the spikes of all steps.",
        "KiB: four bytes a number, or one (int8).",
      ],
    },
    [
      { heading: "Shared", format: "text", cell: ({ record }) => sharingName(record) },
      { heading: "Network", format: "text", cell: ({ record }) => sizeText(record) },
      { heading: "Weights", format: "integer", cell: ({ memory }) => memory.weights },
      { heading: "Scales and shifts", format: "integer", cell: ({ memory }) => memory.scales },
      { heading: "Membranes", format: "integer", cell: ({ memory }) => memory.membranes },
      kibibytes("weights, float32", ({ memory }) => FLOAT32 * memory.weights),
      kibibytes("all, float32", ({ memory }) => FLOAT32 * all(memory)),
      kibibytes("all, int8", ({ memory }) => INT8 * all(memory)),
      ratio("weights", ({ weights }) => weights),
      ratio("all", all),
    ],
    lines,
  );
}

function all({ weights, scales, membranes }: SynapticMemory): number {
  return weights + scales + membranes;
}

function kibibytes(heading: string, bytes: (line: Line) => number): ColumnOf<Line> {
  return { group: "KiB", heading, format: "decimal", digits: 1, cell: (line) => bytes(line) / KIBIBYTE };
}

function ratio(heading: string, of: (memory: SynapticMemory) => number): ColumnOf<Line> {
  return {
    ...{ group: "Nothing shared / this", heading, format: "decimal", digits: 2 },
    cell: ({ memory, unshared }) => unshared === undefined ? null : of(unshared) / of(memory),
  };
}
