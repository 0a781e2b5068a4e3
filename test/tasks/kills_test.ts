import assert from "node:assert/strict";
import { SCENES } from "../../tasks/campaign/kill_scenes.ts";
import { killCampaign } from "../../tasks/campaign/kills.ts";

Deno.test("killed at a random moment and run again, training and a notebook end as if nothing had been", async () => {
  const scenes = SCENES.filter(({ name }) => ["training with workers", "execute"].includes(name));
  const { wrong } = await killCampaign({ seed: 7, tries: 2 }, scenes);
  assert.deepEqual(wrong, []);
});
