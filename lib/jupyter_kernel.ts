import { createRequire } from "node:module";

/** What Deno's kernel offers to cells. */
interface DenoJupyter {
  broadcast(type: string, content: Record<string, unknown>): Promise<void>;
}

interface Tslab {
  lastWriteDisplayData?: ((content: object, update: boolean) => void) | null;
}

/** This code runs in a notebook's kernel. */
export function inNotebook(): boolean {
  return (denoJupyter() ?? tslabWrite()) !== undefined;
}

/** `Deno.jupyter`, which is a getter that throws outside a kernel. */
export function denoJupyter(): DenoJupyter | undefined {
  try {
    return (globalThis as { Deno?: { jupyter?: DenoJupyter } }).Deno?.jupyter;
  } catch {
    return undefined;
  }
}

/** What writes tslab's outputs. Its public API knows neither plotly's MIME type nor updates in place; this function does. */
export function tslabWrite(): ((content: object, update: boolean) => void) | undefined {
  const modules = createRequire(import.meta.url).cache ?? {};
  const path = Object.keys(modules).find((key) => /[/\\]tslab[/\\]dist[/\\]jupyter\.js$/.test(key));
  const tslab = path === undefined ? undefined : modules[path]?.exports as Tslab | undefined;
  return tslab?.lastWriteDisplayData ?? undefined;
}
