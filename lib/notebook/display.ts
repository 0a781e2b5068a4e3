import { denoJupyter, tslabWrite } from "../jupyter_kernel.ts";

/** One output in several forms, by MIME type; the front end shows the best it knows. */
export type Bundle = Record<string, string | object>;

export interface DisplayOptions {
  /** Names the output, so that a later one can take its place. */
  id?: string;
  /** Takes the place of the output with this id. */
  update?: boolean;
}

type Send = (bundle: Bundle, options: DisplayOptions) => void | Promise<void>;

/**
 * Shows an output on Deno's kernel and on tslab's; outside a notebook it prints the plain text.
 *
 * ```ts
 * import { display } from "weightshare";
 *
 * await display({ "text/html": "<b>84 %</b>", "text/plain": "84 %" });
 * ```
 */
export async function display(bundle: Bundle, options: DisplayOptions = {}): Promise<void> {
  await (denoKernel() ?? tslabKernel() ?? printPlain)(bundle, options);
}

function denoKernel(): Send | undefined {
  const jupyter = denoJupyter();
  if (jupyter === undefined) return undefined;
  return (bundle, options) =>
    jupyter.broadcast(
      options.update === true ? "update_display_data" : "display_data",
      content(bundle, options),
    );
}

function tslabKernel(): Send | undefined {
  const write = tslabWrite();
  if (write === undefined) return undefined;
  return (bundle, options) => write(content(bundle, options), options.update ?? false);
}

function content(data: Bundle, { id }: DisplayOptions): Record<string, unknown> {
  return { data, metadata: {}, transient: id === undefined ? {} : { display_id: id } };
}

function printPlain(bundle: Bundle): void {
  const plain = bundle["text/plain"];
  console.log(typeof plain === "string" ? plain : Object.keys(bundle).join(", "));
}
