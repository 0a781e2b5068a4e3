import type { z } from "zod";
import type { Shape } from "./json.ts";
import { inWords } from "./schema_words.ts";

/** A schema as the shape of a file that is read once packages are installed; every field that is wrong is named. */
export function shapeOf<Schema extends z.ZodType>(schema: Schema): Shape<z.infer<Schema>> {
  return (value) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new Error(inWords(value, parsed.error.issues));
  };
}
