import type { Step } from "../step.ts";

const DATASETS = ["fashion-mnist"];

/** The data sets, fetched and verified by the library itself. */
export function dataStep(): Step {
  return {
    id: "data",
    title: `Data (${DATASETS.join(", ")})`,
    needs: [],
    async problem() {
      const { datasetProblem } = await import("../../lib/data/fetch.ts");
      for (const name of DATASETS) {
        const problem = await datasetProblem(name);
        if (problem !== null) return problem;
      }
      return null;
    },
    async run(tell) {
      const { fetchDataset } = await import("../../lib/data/fetch.ts");
      for (const name of DATASETS) await fetchDataset(name, { log: tell });
    },
    detail: () => `${DATASETS.join(", ")}, every file's SHA-256 verified`,
  };
}
