import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { filesBelow, hashFiles, stampNotes, stampProblem, writeStamp } from "../../lib/stamp.ts";
import { mustRun } from "../child.ts";
import type { Step } from "../step.ts";
import { replaceFolder } from "./tensorflow.ts";

/** lib compiled to JavaScript and type declarations, for the tslab kernel under Node. */
export function libraryStep(root: string): Step {
  const stamp = { root, path: join(root, "lib", "dist", ".stamp.json") };
  const inputs = () => ({ "a file of lib": hashFiles(root, sources(root)) });
  return {
    id: "library",
    title: "Library for Node (lib/dist)",
    needs: ["npm"],
    problem: () => Promise.resolve(stampProblem(stamp, inputs())),
    async run() {
      const made = inputs();
      const part = join(root, "vendor", "lib-dist.part");
      rmSync(part, { recursive: true, force: true });
      await mustRun(
        "Compiling lib for Node",
        "fix what the compiler says",
        "node",
        ["node_modules/typescript/bin/tsc", "-p", "lib", "--outDir", part, "--pretty", "false"],
        { cwd: root },
      );
      replaceFolder(part, join(root, "lib", "dist"));
      writeStamp(stamp, made, filesBelow(root, "lib/dist"), { files: String(sources(root).length) });
    },
    detail: () => `${stampNotes(stamp.path)["files"]} files of lib compiled`,
  };
}

/** What the compiler reads, in a fixed order. */
function sources(root: string): string[] {
  const folder = join(root, "lib");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith("_test.ts") && !file.startsWith("dist"));
  return [...files.sort(), "tsconfig.json", "package.json"].map((file) => `lib/${file}`);
}
