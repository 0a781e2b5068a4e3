import { withFolderAs } from "./with_environment.ts";

/** Runs a test with an empty folder as that of the data sets. */
export async function withDataFolder(test: (folder: string) => Promise<void>): Promise<void> {
  await withFolderAs("WEIGHTSHARE_DATA", test);
}
