import assert from "node:assert/strict";
import { FILE_KINDS } from "../../tasks/campaign/file_kinds.ts";
import { damagedFilesCampaign } from "../../tasks/campaign/files.ts";

Deno.test("damaged files of every kind end in a sentence that names them, or are no loss", async () => {
  const tries = 12 * FILE_KINDS.length;
  const { tried, wrong } = await damagedFilesCampaign({ seed: 1, tries });
  assert.equal(tried, tries);
  assert.deepEqual(wrong, []);
});
