import type { z } from "zod";
import type { Shape } from "./json.ts";

/** A schema as the shape of a file that is read once packages are installed; every field that is wrong is named. */
export function shapeOf<Schema extends z.ZodType>(schema: Schema): Shape<z.infer<Schema>> {
  return (value) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new Error(parsed.error.issues.map(describe).join("; "));
  };
}

function describe({ path, message }: z.core.$ZodIssue): string {
  const field = path.map(String).join(".");
  return field === "" ? message : `${field}: ${message}`;
}
