/** One neuron in every framework: the golden cases `if-neuron`, ours and theirs. */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../../lib/files.ts";
import type { Hdf5 } from "../../lib/exchange/hdf5.ts";
import { ifNeurons, nextDown, node, packNir, wholes } from "../../lib/exchange/nir_graph.ts";
import type { IfNeuron } from "../../lib/ops/if_neuron.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { fields, listOf, mapOf, readJson, type Shape } from "../../lib/json.ts";
import { ROOT } from "../../lib/paths.ts";
import type { NeuronCase, NeuronTrace } from "../../lib/report/agreement/traces.ts";
import { type Fixture, readFixture, tensorOf } from "../../test/golden/fixture.ts";
import { ifNeuron } from "../../test/golden/kinds/if_neuron.ts";
import { spikingOf } from "../../test/golden/network.ts";
import { runInPeers } from "./python.ts";

/** Runs every case in every framework; `folder` is for what passes between us and Python. */
export async function neuronCases(folder: string): Promise<NeuronCase[]> {
  const cases = goldenCases().map(ourCase);
  const asked = cases.map(({ case: name, neuron, currents }) => {
    const graph = nirGraph(neuron, currents[0]?.length ?? 0);
    if (graph !== undefined) writeFileSync(join(folder, `${name}.nir`), graph);
    return { name, ...neuron, currents, graph: graph === undefined ? null : `${name}.nir` };
  });
  writeFileSync(join(folder, "cases.json"), JSON.stringify(asked));
  await runInPeers("Running neurons of other frameworks", "neurons.py", folder);
  const { versions, traces } = readJson(join(folder, "traces.json"), {
    what: "the traces of other frameworks",
    shape: fields({ versions: mapOf((value) => String(value)), traces: mapOf(listOf(fields({}))) }) as Shape<
      { versions: Record<string, string>; traces: Record<string, NeuronTrace[]> }
    >,
    fix: "run the same command again",
  });
  return cases.map((one) => ({
    ...one,
    versions,
    traces: [...one.traces, ...(traces[one.case] ?? []).map(short)],
  }));
}

/** The golden cases of one neuron. */
export function goldenCases(): Fixture[] {
  const folder = join(ROOT, "test", "golden", "fixtures");
  return readdirSync(folder).filter((name) => name.startsWith("if-neuron--")).sort()
    .map((name) => readFixture(join(folder, name)));
}

/** A case with our own trace; every axis of neurons is one. */
export function ourCase(fixture: Fixture): NeuronCase {
  const { T, neuron } = spikingOf(fixture);
  tf.engine().startScope();
  const { spikes, membrane } = ifNeuron(fixture) as Record<string, ArrayLike<number>>;
  const currents = tensorOf(fixture, "current").dataSync();
  tf.engine().endScope();
  const rows = (values: ArrayLike<number> = []) => {
    const N = values.length / T;
    return Array.from({ length: T }, (_, t) => Array.from(values).slice(t * N, t * N + N).map(shortest));
  };
  const ours: NeuronTrace = {
    framework: "weightshare",
    way: "native",
    spikes: rows(spikes),
    membrane: rows(membrane),
  };
  return { case: fixture.name, neuron, versions: {}, currents: rows(currents), traces: [ours] };
}

/** The graph of N such neurons, where NIR can say what they do. */
function nirGraph({ threshold, reset, initialMembrane }: IfNeuron, N: number): Uint8Array | undefined {
  if (reset !== "hard" || initialMembrane !== 0) return undefined;
  return packNir(
    new Map<string, Hdf5>([
      ["input", node("Input", { shape: wholes([N]) })],
      ["neurons", ifNeurons([N], nextDown(threshold))],
      ["output", node("Output", { shape: wholes([N]) })],
    ]),
  );
}

function short(trace: NeuronTrace): NeuronTrace {
  const rows = (matrix: number[][]) => matrix.map((row) => row.map(shortest));
  return { ...trace, spikes: rows(trace.spikes), membrane: rows(trace.membrane) };
}

/** A number of single precision in the fewest digits that read as it; 0 for -0. */
function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded + 0;
  }
  return Number(value.toPrecision(9)) + 0;
}

/** Writes a file for each case, a step's numbers on a line. */
export function writeTraces(cases: readonly NeuronCase[], folder: string): string[] {
  return cases.map((one) => {
    const path = join(folder, `${one.case}.json`);
    const text = JSON.stringify(one, null, 1).replace(/\[\s+([-\d][^[\]]*?)\s+\]/g, (_, row: string) => {
      return `[${row.replace(/\s+/g, " ")}]`;
    });
    writeWhole(path, `${text}\n`);
    return path;
  });
}
