import { fields, listOf, optional, readJson, type Shape, text, value } from "../json.ts";

/** A cell's output, as far as it is shown. */
export interface Output {
  output_type: string;
  name?: string;
  text?: string | string[];
  data?: Record<string, unknown>;
  ename?: string;
  evalue?: string;
  traceback?: string[];
}

export interface NotebookCell {
  cell_type: string;
  source: string | string[];
  outputs?: Output[];
  metadata?: { tags?: string[] };
}

/** A notebook file (nbformat 4), as far as it is shown. */
export interface NotebookFile {
  cells: NotebookCell[];
}

const LINES = value<string | string[]>(
  "a text or a list of texts",
  (value) =>
    typeof value === "string" || Array.isArray(value) && value.every((line) => typeof line === "string"),
);
const OUTPUT = fields({ output_type: text, text: optional(LINES), traceback: optional(listOf(text)) });
const CELL = fields({
  cell_type: text,
  source: LINES,
  outputs: optional(listOf(OUTPUT)),
  metadata: optional(fields({ tags: optional(listOf(text)) })),
});
const NOTEBOOK = {
  what: "the notebook",
  shape: fields({ cells: listOf(CELL) }) as Shape<NotebookFile>,
  mend: "it must be a notebook of nbformat 4: save or run it again",
};

/** Reads a notebook. */
export function readNotebook(path: string): NotebookFile {
  return readJson(path, NOTEBOOK);
}

/** Text that a notebook keeps whole or in lines. */
export function joinText(text: unknown): string {
  return Array.isArray(text) ? text.join("") : typeof text === "string" ? text : "";
}
