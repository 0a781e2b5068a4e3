import { FailureError } from "../../lib/errors.ts";
import {
  fields,
  finite,
  listOf,
  mapOf,
  natural,
  oneOf,
  optional,
  readJson,
  type Shape,
  text,
} from "../../lib/json.ts";
import { tf } from "../../lib/ops/tensorflow.ts";

/** A golden case: numbers from another framework. `notes` defines its equations and layouts. */
export interface Fixture {
  kind: string;
  name: string;
  notes: string;
  tolerance: { rtol: number; atol: number };
  config: Record<string, unknown>;
  inputs: Record<string, FixtureTensor>;
  parameters: Record<string, FixtureTensor>;
  expected: Record<string, FixtureTensor | number>;
}

export type FixtureTensor = { shape: number[] } & ({ values: number[] } | { formula: Formula });

type Formula =
  | { kind: "sine"; a: number; b: number; scale: number; offset: number }
  | { kind: "spikes"; step: number; shift: number; density: number };

const TENSOR = (value: unknown): FixtureTensor => {
  const { values, formula } = fields({
    shape: listOf(natural),
    values: optional(anything),
    formula: optional(anything),
  })(value);
  if (values !== undefined) fields({ values: listOf(finite) })(value);
  else if (formula?.["kind"] === "spikes") fields({ formula: SPIKES })(value);
  else fields({ formula: SINE })(value);
  return value as FixtureTensor;
};
const anything: Shape<Record<string, unknown>> = (value) => value as Record<string, unknown>;
const SINE = fields({ kind: oneOf("sine"), a: finite, b: finite, scale: finite, offset: finite });
const SPIKES = fields({ kind: oneOf("spikes"), step: finite, shift: finite, density: finite });

const FIXTURE = fields({
  kind: text,
  name: text,
  notes: optional(text),
  tolerance: mapOf(anything),
  config: optional(mapOf(anything)),
  inputs: optional(mapOf(TENSOR)),
  parameters: optional(mapOf(TENSOR)),
  expected: mapOf((value) => typeof value === "number" ? finite(value) : TENSOR(value)),
});

/** Reads a fixture; a damaged, empty or incomplete file is refused. */
export function readFixture(path: string): Fixture {
  const shape = (value: unknown) => {
    const { notes = "", config = {}, inputs = {}, parameters = {}, ...fixture } = FIXTURE(value);
    if (Object.keys(fixture.expected).length === 0) throw new Error("it expects nothing");
    return { ...fixture, notes, config, inputs, parameters } as unknown as Fixture;
  };
  return readJson(path, {
    what: "the golden file",
    shape,
    mend: "give a fixture with expected values, or restore it",
  });
}

/** The numbers of a fixture tensor; formulas are evaluated in double precision. */
export function valuesOf(tensor: FixtureTensor): number[] {
  const size = tensor.shape.reduce((product, axis) => product * axis, 1);
  const values = "values" in tensor
    ? tensor.values
    : Array.from({ length: size }, (_, i) => evaluate(tensor.formula, i));
  if (values.length !== size) {
    throw new FailureError(`A tensor of shape ${tensor.shape} has ${values.length} values.`);
  }
  return values;
}

function evaluate(formula: Formula, i: number): number {
  if (formula.kind === "sine") return formula.offset + formula.scale * Math.sin(formula.a * i + formula.b);
  if (formula.kind !== "spikes") {
    throw new FailureError(`The formula "${JSON.stringify(formula)}" is unknown.`);
  }
  const position = i * formula.step + formula.shift;
  return position - Math.floor(position) < formula.density ? 1 : 0;
}

/** The input or parameter `name` as a float32 tensor. */
export function tensorOf<T extends tf.Tensor = tf.Tensor>(fixture: Fixture, name: string): T {
  const tensor = fixture.inputs[name] ?? fixture.parameters[name];
  if (tensor === undefined) throw new FailureError(`The fixture ${fixture.name} has no tensor "${name}".`);
  return tf.tensor(valuesOf(tensor), tensor.shape) as T;
}
