import { withFolderAs } from "./with_environment.ts";

/** Does something with results in a folder of its own, which is gone afterwards. */
export async function inResults(work: (folder: string) => Promise<void>): Promise<void> {
  await withFolderAs("WEIGHTSHARE_RESULTS", work);
}
