import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasLocalSource } from "../../lib/data/fetch.ts";
import { ROOT } from "../../lib/paths.ts";
import { dataStep } from "../../setup/steps/data.ts";

async function withDataFolder(names: readonly string[], test: () => Promise<void>): Promise<void> {
  const before = process.env["WEIGHTSHARE_DATA"];
  const folder = mkdtempSync(join(tmpdir(), "weightshare-data-step-"));
  for (const name of names) symlinkSync(join(ROOT, "data", name), join(folder, name));
  process.env["WEIGHTSHARE_DATA"] = folder;
  try {
    await test();
  } finally {
    if (before === undefined) delete process.env["WEIGHTSHARE_DATA"];
    else process.env["WEIGHTSHARE_DATA"] = before;
    rmSync(folder, { recursive: true });
  }
}

Deno.test("without Fashion-MNIST or CIFAR-10 the data are not set up", async () => {
  await withDataFolder(["fashion-mnist"], async () => {
    assert.match(await dataStep(ROOT).problem() ?? "", /cifar-10.*is missing/);
  });
});

Deno.test("without CIFAR-100 they are, unless a copy is at hand; the doctor's line says what is absent and what brings it", async () => {
  await withDataFolder(["fashion-mnist", "cifar-10"], async () => {
    const step = dataStep(ROOT);
    const problem = await step.problem();
    if (hasLocalSource("cifar-100")) return assert.match(problem ?? "", /cifar-100.*is missing/);
    assert.equal(problem, null);
    assert.match(
      step.detail(),
      /^fashion-mnist, cifar-10, every file's SHA-256 verified; without cifar-100 \(.*train-images-idx4-ubyte is missing; fetch it with "deno task data cifar-100", or give a copy with --dir FOLDER\)$/,
    );
  });
});
