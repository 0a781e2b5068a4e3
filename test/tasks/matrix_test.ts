import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { matrix } from "../../tasks/matrix.ts";

Deno.test("the matrix names the ways that fail, however many are tried at once", async () => {
  const folder = mkdtempSync(join(tmpdir(), "weightshare-matrix-"));
  const file = join(folder, "one_test.ts");
  writeFileSync(
    file,
    'Deno.test("not the reference", () => { if (Deno.env.get("WEIGHTSHARE_KERNELS") === "reference") throw 1; });',
  );
  try {
    await assert.rejects(
      matrix({ files: [file], short: true, jobs: 2 }),
      /^FailureError: Testing every way to compute: WEIGHTSHARE_KERNELS=reference [^;]* failed\.$/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
