import { z } from "zod";
import { readJson } from "../json.ts";
import { shapeOf } from "../shape_of.ts";

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
  metadata: z.object({
    tags: z.array(z.string()).optional(),
    papermill: z.object({ exception: z.boolean().nullish(), status: z.string().optional() }).optional(),
  }).optional(),
});

const notebookFile = z.object({ cells: z.array(cell) });

/** A cell's output, as far as it is shown. */
export type Output = z.infer<typeof output>;
export type NotebookCell = z.infer<typeof cell>;
/** A notebook file (nbformat 4), as far as it is shown. */
export type NotebookFile = z.infer<typeof notebookFile>;

const NOTEBOOK = {
  what: "the notebook",
  shape: shapeOf(notebookFile),
  fix: "it must be a notebook of nbformat 4: save or run it again",
};

/** Reads a notebook. */
export function readNotebook(path: string): NotebookFile {
  return readJson(path, NOTEBOOK);
}

/** Text that a notebook keeps whole or in lines. */
export function joinText(text: unknown): string {
  return Array.isArray(text) ? text.join("") : typeof text === "string" ? text : "";
}
