import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { filesBelow, stampProblem, writeStamp } from "../../lib/stamp.ts";
import { mustRun } from "../child.ts";
import { lockedVersion } from "../lock_file.ts";
import { SETUP_COMMAND } from "../deno_version.ts";
import type { Step } from "../step.ts";
import { replaceFolder } from "./tensorflow.ts";

const PACKAGE = "node_modules/@sparticuz/chromium";
const UNPACK = `import("@sparticuz/chromium").then(({ default: chromium }) => chromium.executablePath())`;

/** The package unpacks itself, with libraries for bare machines, into TMPDIR when it believes to be on this host. */
const BARE_MACHINE = "AWS_Lambda_nodejs20.x";

/** The packaged Chromium that draws figures, unpacked into vendor/chromium. The package has it for x86-64 only. */
export function chromiumStep(root: string, arch: string = process.arch): Step {
  const home = join(root, "vendor", "chromium");
  const stamp = { root, path: join(home, ".stamp.json") };
  const inputs = () => ({ "@sparticuz/chromium": lockedVersion(root, PACKAGE) });
  return {
    id: "chromium",
    title: "Chromium for figures",
    needs: ["npm"],
    problem: () => Promise.resolve(arch === "x64" ? stampProblem(stamp, inputs()) : null),
    async run() {
      const part = `${home}.part`;
      rmSync(part, { recursive: true, force: true });
      mkdirSync(part, { recursive: true });
      await mustRun(
        "Unpacking Chromium",
        `300 MB of free disk space are needed; make room, and run "${SETUP_COMMAND}" again`,
        "node",
        ["-e", UNPACK],
        { cwd: root, env: { TMPDIR: part, AWS_EXECUTION_ENV: BARE_MACHINE } },
      );
      replaceFolder(part, home);
      writeStamp(stamp, inputs(), ["vendor/chromium/chromium", ...filesBelow(root, "vendor/chromium")]);
    },
    detail: () =>
      arch === "x64"
        ? `@sparticuz/chromium ${lockedVersion(root, PACKAGE)}`
        : `not packaged for ${arch}: no PNG or PDF of figures`,
  };
}
