import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { changeRequest, parseSettings } from "../../lib/experiments/change.ts";
import { requestsOf } from "../../lib/experiments/experiment.ts";
import { findExperiment } from "../../lib/experiments/experiments.ts";
import { proxyTable } from "../../lib/report/proxy/table.ts";
import { runPaths, type RunRequest } from "../../lib/runs/store.ts";
import { unfinishedRecord } from "../../lib/runs/unfinished.ts";
import { experimentFolder, inFolder, LASTING, recordsIn, start, until } from "./training_process.ts";
import { withEnvironment } from "../with_environment.ts";

/** The run of `LASTING`. */
function request(): RunRequest {
  const [table] = requestsOf(findExperiment("fashion-mnist-proxy"), "smoke");
  return changeRequest(table as RunRequest, parseSettings(LASTING.slice(LASTING.indexOf("--set") + 1)));
}

Deno.test("a run under way is shown as what it is, by its epochs, and is nobody's finished record", async () => {
  await inFolder(async (results) => {
    await withEnvironment("WEIGHTSHARE_RESULTS", results, async () => {
      const wanted = request();
      assert.equal(unfinishedRecord(wanted), undefined);
      const { child, ended } = start(results, LASTING);
      const { work } = runPaths(wanted);
      await until(() => existsSync(work) && readdirSync(work).some((name) => /^checkpoint-\d+$/.test(name)));
      child.kill("SIGKILL");
      await ended;
      const record = unfinishedRecord(wanted);
      assert.ok(record !== undefined && record.status === "unfinished");
      const epochs = record.curve.length;
      assert.ok(epochs >= 1 && epochs < 6);
      assert.equal(record.last?.epoch, epochs);
      assert.deepEqual(readdirSync(experimentFolder(results)), ["work"]);
      const cells = JSON.stringify(proxyTable([record]).rows);
      assert.ok(cells.includes(`epoch ${epochs} of 6`), cells);

      assert.equal((await start(results, LASTING).ended).code, 0);
      const [finished] = recordsIn(results);
      assert.equal(finished?.parameters, record.parameters);
      assert.deepEqual(
        finished?.curve.slice(0, epochs).map(({ train }) => train),
        record.curve.map(({ train }) => train),
      );
      assert.ok(!existsSync(join(work, "checkpoint-00001")));
    });
  });
});
