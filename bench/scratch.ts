import process from "node:process";
import { claimScratch } from "../lib/scratch.ts";
import { stopChildren } from "../setup/child.ts";

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Gives the action a folder that is gone afterwards, also when the program is stopped in between. */
export async function withScratchFolder<Value>(action: (folder: string) => Promise<Value>): Promise<Value> {
  const { folder, release } = await claimScratch("weightshare-bench");
  const stop = (signal: NodeJS.Signals) => {
    stopChildren();
    release();
    process.exit(EXIT_CODES[signal as keyof typeof EXIT_CODES]);
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    return await action(folder);
  } finally {
    process.removeListener("SIGINT", stop).removeListener("SIGTERM", stop);
    release();
  }
}
