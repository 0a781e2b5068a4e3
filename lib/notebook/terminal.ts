import type { OnProgress } from "../learning/progress.ts";
export function terminalProgress(): OnProgress { return () => {}; }
