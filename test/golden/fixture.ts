import { readFileSync } from "node:fs";
import { FailureError, messageOf } from "../../lib/errors.ts";
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

/** Reads a fixture; an empty or incomplete file is refused. */
export function readFixture(path: string): Fixture {
  let fixture: Fixture;
  try {
    fixture = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new FailureError(`Reading the golden file ${path}: ${messageOf(error)}; give a fixture in JSON.`);
  }
  for (const field of ["kind", "name", "tolerance", "expected"] as const) {
    if (fixture?.[field] === undefined) {
      throw new FailureError(`Reading the golden file ${path}: it has no "${field}".`);
    }
  }
  if (Object.keys(fixture.expected).length === 0) {
    throw new FailureError(
      `Reading the golden file ${path}: it expects nothing; give a fixture with expected values.`,
    );
  }
  return fixture;
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
