import type { OnProgress, Progress } from "../learning/progress.ts";
import { escapeHtml } from "../report/escape.ts";
import { inNotebook } from "../jupyter_kernel.ts";
import { type Bundle, display } from "./display.ts";
import { describe, fractionDone, isMilestone, SHOWN_EVERY, timeLeft } from "./pace_text.ts";
import { terminalProgress } from "./terminal.ts";

/**
 * Progress for a notebook: one bar per run, updated in place. Outside a notebook it is the terminal's.
 *
 * ```ts
 * import { notebookProgress, reproduce } from "weightshare";
 *
 * const records = await reproduce("fashion-mnist-proxy", { profile: "smoke", onProgress: notebookProgress() });
 * console.log(records.length);
 * ```
 */
export function notebookProgress(): OnProgress {
  if (!inNotebook()) return terminalProgress();
  surviveInterrupts();
  return progressBars(display);
}

/** Bars drawn through `show`, one per run. */
export function progressBars(show: typeof display): OnProgress {
  const bars = new Map<string, { id: string; shownAt: number }>();
  return async (progress) => {
    const known = bars.get(progress.run);
    const bar = known ?? { id: `progress-${crypto.randomUUID()}`, shownAt: -Infinity };
    if (!isMilestone(progress) && performance.now() - bar.shownAt < SHOWN_EVERY) return;
    bars.set(progress.run, { ...bar, shownAt: performance.now() });
    await show(bundle(progress), { id: bar.id, update: known !== undefined });
  };
}

/** Where a cell is too narrow, the words stand below the bar as one line. */
const LINE = "display:flex;flex-wrap:wrap;gap:0 0.6em;align-items:center";

function bundle(progress: Progress): Bundle {
  const text = `${timeLeft(progress)}, ${describe(progress)}`;
  const bar = `<progress max="100" value="${
    (100 * fractionDone(progress)).toFixed(1)
  }" style="width:10em"></progress>`;
  const words = `<span style="white-space:nowrap">${escapeHtml(text)}</span>`;
  return {
    "text/html": `<div style="${LINE}"><b>${escapeHtml(progress.run)}</b>${bar}${words}</div>`,
    "text/plain": `${progress.run}: ${text}`,
  };
}

let surviving = false;

/**
 * The stop button sends SIGINT. While nothing trains no one listens, and it would end Deno's kernel with all its values.
 * tslab listens itself. A listener must not be added before the cell's first await there: tslab runs that part with
 * Node's `breakOnSigint`, which then leaves SIGINT deadly; hence the microtask.
 */
function surviveInterrupts(): void {
  if (surviving) return;
  surviving = true;
  queueMicrotask(() => process.on("SIGINT", () => {}));
}
