import { readFileSync } from "node:fs";
import { z } from "zod";
import { FailureError, messageOf } from "../errors.ts";

const text = z.union([z.string(), z.array(z.string())]);

const output = z.object({
  output_type: z.string(),
  name: z.string().optional(),
  text: text.optional(),
  data: z.record(z.string(), z.unknown()).optional(),
  ename: z.string().optional(),
  evalue: z.string().optional(),
  traceback: z.array(z.string()).optional(),
});

const cell = z.object({
  cell_type: z.string(),
  source: text,
  outputs: z.array(output).optional(),
  metadata: z.object({ tags: z.array(z.string()).optional() }).optional(),
});

const notebookFile = z.object({ cells: z.array(cell) });

/** A cell's output, as far as it is shown. */
export type Output = z.infer<typeof output>;
export type NotebookCell = z.infer<typeof cell>;
/** A notebook file (nbformat 4), as far as it is shown. */
export type NotebookFile = z.infer<typeof notebookFile>;

/** Reads an executed notebook. */
export function readNotebook(path: string): NotebookFile {
  try {
    const parsed = notebookFile.safeParse(JSON.parse(readFileSync(path, "utf8")));
    if (parsed.success) return parsed.data;
    throw new Error(
      parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; "),
    );
  } catch (error) {
    throw new FailureError(
      `Reading the notebook ${path}: ${messageOf(error)}; it must be a notebook of nbformat 4: run it again.`,
    );
  }
}

/** Text that a notebook keeps whole or in lines. */
export function joinText(text: unknown): string {
  return Array.isArray(text) ? text.join("") : typeof text === "string" ? text : "";
}
