import assert from "node:assert/strict";
import { relative } from "node:path";
import { ROOT } from "../../lib/paths.ts";
import { gateTask } from "../../tasks/gate.ts";
import { okTask } from "../../tasks/ok.ts";
import { okClusterTask } from "../../tasks/ok_cluster.ts";
import { okNotebookTask } from "../../tasks/ok_notebook.ts";

/** Folders of tests in a command of Deno. */
const named = (args: readonly string[]) => args.filter((word) => word.startsWith("test/"));

Deno.test("what the gate leaves out of ok, it runs beside it; nothing else is left out", async () => {
  const { tasks } = await gateTask.plan({});
  const [ok] = tasks.filter(([name]) => name === "ok");
  const plan = await okTask.plan({ without: ok?.[2] as string });
  const [, , , tests] = plan as [string[], string[], string[], string[]];
  const ignored = tests.at(-1)?.replace("--ignore=", "").split(",").map((folder) =>
    folder.startsWith("/") ? relative(ROOT, folder) : folder
  );
  const beside = [...await okNotebookTask.plan({}), ...await okClusterTask.plan({})].flatMap(named);
  assert.deepEqual(ignored?.toSorted(), beside.toSorted());
  for (const name of ["ok:notebook", "ok:cluster"]) assert.ok(tasks.some(([task]) => task === name), name);
});
