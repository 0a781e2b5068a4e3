import { readFileSync } from "node:fs";
import { FailureError, messageOf } from "../errors.ts";

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

/** Reads an executed notebook. */
export function readNotebook(path: string): NotebookFile {
  try {
    const notebook = JSON.parse(readFileSync(path, "utf8")) as Partial<NotebookFile>;
    if (!Array.isArray(notebook.cells)) throw new Error("it has no cells");
    return { cells: notebook.cells };
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
