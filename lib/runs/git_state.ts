import { execFileSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { messageOf } from "../errors.ts";
import { unset } from "../unset.ts";
import type { Session } from "./record.ts";

/** What can change a number: opening a notebook or writing a text does not. */
const DECIDING = ["lib", ":!lib/report", ":!lib/notebook", "native", ":!native/test", "package-lock.json"];

/** GIT_DIR and its like, with which git tells its hooks of a repository: another one's, where a hook starts a training. */
const OF_A_REPOSITORY = /^GIT_(?!CONFIG)/;

export type GitState = Pick<Session, "gitCommit" | "gitDirty">;

/** The commit of the checkout in a folder; null where git cannot tell, and where the folder lies in another project's: `say` gets why. */
export function gitStateOf(folder: string, say: (reason: string) => void): GitState {
  const git = (...args: string[]) =>
    execFileSync("env", [...unset(OF_A_REPOSITORY), "git", ...args], {
      ...{ cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
    }).trim();
  try {
    if (realpathSync(git("rev-parse", "--show-toplevel")) !== realpathSync(folder)) {
      throw new Error("the repository around it is another project's");
    }
    const changed = git("status", "--porcelain", "--untracked-files=all", "--", ...DECIDING);
    return { gitCommit: git("rev-parse", "HEAD"), gitDirty: changed !== "" };
  } catch (error) {
    say(firstLine(error));
    return { gitCommit: null, gitDirty: null };
  }
}

/** Git's own words where it has any. */
function firstLine(error: unknown): string {
  const { stderr = "" } = error as { stderr?: string };
  return (stderr === "" ? messageOf(error) : stderr).trim().split("\n")[0] as string;
}
