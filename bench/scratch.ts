import process from "node:process";
import { ownFolder } from "../lib/own_folder.ts";
import { stopChildren } from "../setup/child.ts";

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Gives the action a folder that is gone afterwards, also when the program is stopped in between. */
export async function withScratchFolder<Value>(action: (folder: string) => Promise<Value>): Promise<Value> {
  const { path, remove } = await ownFolder("bench");
  const stop = async (signal: NodeJS.Signals) => {
    stopChildren();
    await remove();
    process.exit(EXIT_CODES[signal as keyof typeof EXIT_CODES]);
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    return await action(path);
  } finally {
    process.removeListener("SIGINT", stop).removeListener("SIGTERM", stop);
    await remove();
  }
}
