import { z } from "zod";
import { FailureError } from "../../lib/errors.ts";
import { readJson } from "../../lib/json.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { shapeOf } from "../../lib/shape_of.ts";

const formula = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("sine"),
    ...{ a: z.number(), b: z.number(), scale: z.number(), offset: z.number() },
  }),
  z.strictObject({
    kind: z.literal("spikes"),
    ...{ step: z.number(), shift: z.number(), density: z.number() },
  }),
]);
const shape = z.array(z.int().positive());
const tensor = z.union([
  z.strictObject({ shape, values: z.array(z.number()) }),
  z.strictObject({ shape, formula }),
]);
const tensors = z.record(z.string(), tensor).default({});
/** Of what is compared: beyond it, hardly anything could be wrong. */
const bound = z.number().min(0).max(0.1);
const expected = z.record(z.string(), z.union([tensor, z.number()]));

/** A golden case: numbers from another framework. `notes` defines its equations and layouts. */
const fixture = z.strictObject({
  ...{ kind: z.string(), name: z.string(), notes: z.string().optional(), made_with: z.string().optional() },
  tolerance: z.strictObject({ rtol: bound, atol: bound }),
  config: z.record(z.string(), z.unknown()).default({}),
  inputs: tensors,
  parameters: tensors,
  expected: expected.refine((entries) => Object.keys(entries).length > 0, "must hold something"),
});

export type Fixture = z.infer<typeof fixture>;
export type FixtureTensor = z.infer<typeof tensor>;
type Formula = z.infer<typeof formula>;

/** Reads a fixture; what it lacks, does not know or cannot compare with is refused by its field. */
export function readFixture(path: string): Fixture {
  const fix = "give a fixture in JSON, as in test/golden/fixtures";
  return readJson(path, { what: "the golden file", shape: shapeOf(fixture), fix });
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
  const position = i * formula.step + formula.shift;
  return position - Math.floor(position) < formula.density ? 1 : 0;
}

/** The input or parameter `name` as a float32 tensor. */
export function tensorOf<T extends tf.Tensor = tf.Tensor>(fixture: Fixture, name: string): T {
  const tensor = fixture.inputs[name] ?? fixture.parameters[name];
  if (tensor === undefined) throw new FailureError(`The fixture ${fixture.name} has no tensor "${name}".`);
  return tf.tensor(valuesOf(tensor), tensor.shape) as T;
}
