import { createRequire } from "node:module";

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

/** This code runs in a notebook's kernel. */
export function inNotebook(): boolean {
  return (denoKernel() ?? tslabKernel()) !== undefined;
}

interface DenoJupyter {
  broadcast(type: string, content: Record<string, unknown>): Promise<void>;
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

/** `Deno.jupyter` is a getter that throws outside a kernel. */
function denoJupyter(): DenoJupyter | undefined {
  try {
    return (globalThis as { Deno?: { jupyter?: DenoJupyter } }).Deno?.jupyter;
  } catch {
    return undefined;
  }
}

interface Tslab {
  lastWriteDisplayData?: ((content: object, update: boolean) => void) | null;
}

/** tslab's public API knows neither plotly's MIME type nor updates in place; the function beneath it does. */
function tslabKernel(): Send | undefined {
  const modules = createRequire(import.meta.url).cache ?? {};
  const path = Object.keys(modules).find((key) => /[/\\]tslab[/\\]dist[/\\]jupyter\.js$/.test(key));
  const tslab = path === undefined ? undefined : modules[path]?.exports as Tslab | undefined;
  const write = tslab?.lastWriteDisplayData;
  if (write === undefined || write === null) return undefined;
  return (bundle, options) => write(content(bundle, options), options.update ?? false);
}

function content(data: Bundle, { id }: DisplayOptions): Record<string, unknown> {
  return { data, metadata: {}, transient: id === undefined ? {} : { display_id: id } };
}

function printPlain(bundle: Bundle): void {
  const plain = bundle["text/plain"];
  console.log(typeof plain === "string" ? plain : Object.keys(bundle).join(", "));
}
