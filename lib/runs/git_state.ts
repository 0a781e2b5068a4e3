import { execFileSync } from "node:child_process";
import { realpathSync } from "node:fs";
import process from "node:process";
import { messageOf } from "../errors.ts";
import type { Session } from "./record.ts";

/** What can change a number: opening a notebook or writing a text does not. */
const DECIDING = ["lib", ":!lib/report", ":!lib/notebook", "native", ":!native/test", "package-lock.json"];

export type GitState = Pick<Session, "gitCommit" | "gitDirty">;

/** The commit of the checkout in a folder; null where git cannot tell, and where the folder lies in another project's: `say` gets why. */
export function gitStateOf(folder: string, say: (reason: string) => void): GitState {
  // A child that is waited for has in Deno all variables of its parent, whatever its `env`.
  const unset = Object.keys(process.env).filter(isOfARepository).map((name) => `--unset=${name}`);
  const git = (...args: string[]) =>
    execFileSync("env", [...unset, "git", ...args], {
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

/** GIT_DIR and its like, with which git tells its hooks of a repository: another one's, where a hook starts a training. */
function isOfARepository(variable: string): boolean {
  return variable.startsWith("GIT_") && !variable.startsWith("GIT_CONFIG");
}

/** Git's own words where it has any. */
function firstLine(error: unknown): string {
  const { stderr = "" } = error as { stderr?: string };
  return (stderr === "" ? messageOf(error) : stderr).trim().split("\n")[0] as string;
}
