import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { hashConfig, parseConfig } from "../../lib/runs/config/config.ts";
import { requestsOf } from "../../lib/experiments/experiment.ts";
import { EXPERIMENTS } from "../../lib/experiments/experiments.ts";
import { PROFILES } from "../../lib/runs/profile.ts";
import { committedRecords } from "../../lib/experiments/existing.ts";

/** Of every experiment and profile, the digest of its requests: rows, configurations' hashes and texts of reduction. */
const PINNED: Record<string, string> = JSON.parse(
  readFileSync(new URL("requests.json", import.meta.url), "utf8"),
);

Deno.test("no request of any experiment has moved: records that exist are found again", () => {
  const digests = Object.fromEntries(EXPERIMENTS.flatMap((experiment) =>
    PROFILES.map((profile) => {
      const lines = requestsOf(experiment, profile).map(({ row, config, reduced }) =>
        [row, hashConfig(parseConfig(config)), ...reduced].join("\n")
      );
      const digest = createHash("sha256").update(lines.join("\n\n")).digest("hex");
      return [`${experiment.name} ${profile}`, digest];
    })
  ));
  assert.deepEqual(digests, PINNED);
});

Deno.test("every committed record has the hash of its configuration", () => {
  for (const { name } of EXPERIMENTS) {
    for (const { hash, config, row } of committedRecords(name)) {
      assert.equal(hashConfig(parseConfig(config)), hash, `${name} ${row}`);
    }
  }
});
