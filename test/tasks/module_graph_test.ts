import assert from "node:assert/strict";
import { join } from "node:path";
import { ROOT } from "../../lib/paths.ts";
import { moduleGraph } from "../module_graph.ts";

/** The way, module by module, from a module to the first TensorFlow that importing it loads; undefined where there is none. */
function wayToTensorFlow(path: string): string[] | undefined {
  const { roots, imports } = moduleGraph(path);
  const ways = roots.map((root) => [root]);
  const seen = new Set(roots);
  for (const way of ways) {
    const at = way.at(-1) as string;
    if (/tfjs-node|lib\/ops\/tensorflow\.ts$/.test(at)) {
      return way.map((one) => one.replace(/^.*?\/lib\//, "lib/"));
    }
    for (const next of (imports.get(at) ?? []).filter((one) => !seen.has(one))) {
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return undefined;
}

for (
  const path of [
    ...[
      "tasks/runs.ts",
      "tasks/figures.ts",
      "tasks/plan.ts",
      "tasks/reproduce.ts",
      "tasks/train.ts",
      "tasks/submit.ts",
      "lib/report/experiments.ts",
      "lib/report/page.ts",
    ],
    ...["lib/report/bench/mod.ts", "lib/runs/store.ts", "lib/experiments/experiments.ts"],
  ]
) {
  Deno.test(`importing ${path} does not load TensorFlow`, () => {
    assert.equal(wayToTensorFlow(join(ROOT, path))?.join(" <- "), undefined);
  });
}

Deno.test("what trains does load it: the search for it finds it", () => {
  assert.ok(wayToTensorFlow(join(ROOT, "lib/runs/run.ts")));
});
