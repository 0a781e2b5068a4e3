import { readdirSync } from "node:fs";
import { join } from "node:path";
import { FailureError, messageOf } from "../../errors.ts";
import { fields, finite, listOf, mapOf, oneOf, readJson, type Shape, text } from "../../json.ts";
import { ROOT } from "../../paths.ts";
import { type Framework, FRAMEWORKS, type Way, WAYS } from "./ways.ts";

/** What a framework's neurons did with a case's currents. */
export interface NeuronTrace {
  framework: Framework;
  way: Way;
  /** Spikes of each neuron at each step, [T][N]. */
  spikes: number[][];
  /** Membrane potentials after the reset, [T][N]. */
  membrane: number[][];
}

/** One kind of IF neuron under given currents, in every framework that has it; numbers are of single precision. */
export interface NeuronCase {
  case: string;
  neuron: { threshold: number; reset: "hard" | "subtract"; initialMembrane: number };
  /** Releases of the frameworks, by package. */
  versions: Record<string, string>;
  /** What each neuron gets at each step, [T][N]. */
  currents: number[][];
  /** Ours first. */
  traces: NeuronTrace[];
}

const MATRIX = listOf(listOf(finite));
const SHAPE = fields({
  case: text,
  neuron: fields({ threshold: finite, reset: oneOf("hard", "subtract"), initialMembrane: finite }),
  versions: mapOf(text),
  currents: MATRIX,
  traces: listOf(
    fields({ framework: oneOf(...FRAMEWORKS), way: oneOf(...WAYS), spikes: MATRIX, membrane: MATRIX }),
  ),
}) as Shape<NeuronCase>;

/** The traces that are committed with the code, by the names of their cases. */
export function committedTraces(
  folder: string = join(ROOT, "results", "study", "agreement", "neurons"),
): NeuronCase[] {
  return namesIn(folder).map((name) => readTraces(join(folder, name)));
}

const FIX = 'make them with "deno task agreement", or restore them from git';

function namesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(".json")).sort();
    if (names.length > 0) return names;
  } catch (error) {
    throw new FailureError(`Reading the traces in ${folder}: ${messageOf(error)}; ${FIX}.`);
  }
  throw new FailureError(`Reading the traces in ${folder}: there are none; ${FIX}.`);
}

/** Every trace has a number for each current. */
function readTraces(path: string): NeuronCase {
  const read = readJson(path, { what: "the traces", shape: SHAPE, fix: FIX });
  const shape = read.currents.map(({ length }) => length).join();
  for (const { framework, way, spikes, membrane } of read.traces) {
    if ([spikes, membrane].every((rows) => rows.map(({ length }) => length).join() === shape)) continue;
    throw new FailureError(
      `Reading the traces ${path}: those of ${framework} (${way}) have not a number for each current; ${FIX}.`,
    );
  }
  return read;
}

/** How far a trace is ours. */
export interface TraceAgreement {
  /** Whether spikes and membranes are ours, bit for bit. */
  exact: boolean;
  /** The first step at which a spike differs, from 1; null where none does. */
  from: number | null;
  /** Spikes that differ. */
  differing: number;
  /** All places where there could be a spike. */
  of: number;
}

/** Compares a trace with ours. */
export function agreementWith(ours: NeuronTrace, theirs: NeuronTrace): TraceAgreement {
  const wrong = theirs.spikes.map((row, t) => row.filter((value, n) => value !== ours.spikes[t]?.[n]).length);
  const from = wrong.findIndex((count) => count > 0);
  const membranes = theirs.membrane.every((row, t) =>
    row.every((value, n) => value === ours.membrane[t]?.[n])
  );
  return {
    exact: from < 0 && membranes,
    from: from < 0 ? null : from + 1,
    differing: wrong.reduce((sum, count) => sum + count, 0),
    of: theirs.spikes.flat().length,
  };
}

/** The trace of a framework and way, where there is one. */
export function traceOf({ traces }: NeuronCase, framework: Framework, way: Way): NeuronTrace | undefined {
  return traces.find((trace) => trace.framework === framework && trace.way === way);
}

/** Our own trace, which every case has. */
export function ourTrace(one: NeuronCase): NeuronTrace {
  const ours = traceOf(one, "weightshare", "native");
  if (ours !== undefined) return ours;
  throw new FailureError(`Reading the traces of ${one.case}: ours are not among them; ${FIX}.`);
}
