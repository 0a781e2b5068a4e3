import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadDataset } from "../../lib/data/load.ts";
import { ROOT } from "../../lib/paths.ts";
import { drawAugmentationSheet } from "../../tasks/augmentation_sheet.ts";

Deno.test("the committed sheet of augmentations is what the code draws now, and is small", () => {
  const committed = readFileSync(join(ROOT, "docs", "augmentation.svg"), "utf8");
  const drawn = drawAugmentationSheet(loadDataset("cifar-10"));
  assert.ok(committed === drawn, 'it differs; look at it and draw it anew with "deno task augmentation"');
  assert.ok(committed.length < 300_000, `${committed.length} bytes`);
});
