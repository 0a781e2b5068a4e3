import { type ColumnOf, makeTable, type Table } from "../table.ts";
import { agreementWith, type NeuronCase, ourTrace, traceOf } from "./traces.ts";
import { type Framework, FRAMEWORKS, NAMES, versionsText, type Way, WAY_NAMES, WAYS } from "./ways.ts";

/** For each case, how far every framework's neuron does what ours does. */
export function neuronAgreement(cases: readonly NeuronCase[]): Table {
  return makeTable(
    {
      name: "neuron-agreement",
      title: "One IF neuron in five frameworks",
      caption: `Against our spikes and membranes, bit for bit, in float32. ${
        versionsText(cases[0]?.versions ?? {})
      }.`,
      label: "",
      notes: [
        "exact: all spikes and membranes are equal. same spikes: membranes differ. from step 2, 5 of 64: the first spike that differs is at step 2, and 5 of the " +
        "case's 64 (steps times neurons) differ. –: it cannot be said there.",
        ...REASONS,
      ],
    },
    [
      { heading: "Case", format: "text", cell: (one) => one.case },
      { heading: "θ", format: "text", cell: ({ neuron }) => String(neuron.threshold) },
      { heading: "Reset", format: "text", cell: ({ neuron }) => neuron.reset === "hard" ? "hard" : "soft" },
      { heading: "Start", format: "text", cell: ({ neuron }) => String(neuron.initialMembrane) },
      ...columnsOf(cases),
    ],
    cases,
  );
}

/** Why frameworks differ: what their released sources do, and where it stands. */
const REASONS = [
  "SpikingJelly: IFNode(v_threshold=θ, v_reset=0, or None for a soft reset) fires at v ≥ θ, as we do.",
  "snnTorch: Leaky(beta=1, reset_delay=False) fires above θ only (SpikingNeuron.fire, surrogate.ATan.forward: input > 0), so that a tie does not fire. " +
  "With the next smaller threshold the hard reset is ours; the soft one takes that smaller number away, and where the membrane is still above it afterwards, the " +
  "next step takes it away once more before it looks for a spike, and gives it back where there is none (Leaky.forward, mem_reset).",
  "snnTorch through NIR: the graph's IF becomes Leaky(beta=0.9) with soft reset (import_nir._nir_to_snntorch_module).",
  "Norse: IAFCell fires above θ only (functional.heaviside: > 0); with the next smaller threshold it is ours. It has no soft reset " +
  "(functional.iaf.iaf_feed_forward_step).",
  "sinabs: IAF with SingleSpike and MembraneReset or MembraneSubtract fires at v ≥ θ, as we do.",
  "sinabs through NIR: the graph's IF becomes IAFSqueeze with as many spikes a step as fit (MultiSpike), soft reset, and no membrane below −θ " +
  "(nir._import_sinabs_module, min_v_mem).",
  "Through NIR the next smaller threshold is written, since NIR fires above its threshold; soft resets and start values have no field there.",
];

/** A column for each way of a framework that any case has. */
function columnsOf(cases: readonly NeuronCase[]): ColumnOf<NeuronCase>[] {
  const there = (framework: Framework, way: Way) =>
    cases.some((one) => traceOf(one, framework, way) !== undefined);
  return FRAMEWORKS.slice(1).flatMap((framework) =>
    WAYS.filter((way) => there(framework, way)).map((way): ColumnOf<NeuronCase> => ({
      group: NAMES[framework],
      heading: WAY_NAMES[way],
      format: "text",
      cell: (one) => agreementText(one, framework, way),
    }))
  );
}

/** "exact", "same spikes", "from step 2, 5 of 64"; null where there is no trace. */
export function agreementText(one: NeuronCase, framework: Framework, way: Way): string | null {
  const trace = traceOf(one, framework, way);
  if (trace === undefined) return null;
  const { exact, from, differing, of } = agreementWith(ourTrace(one), trace);
  if (from !== null) return `from step ${from}, ${differing} of ${of}`;
  return exact ? "exact" : "same spikes";
}
