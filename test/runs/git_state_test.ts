import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gitStateOf } from "../../lib/runs/git_state.ts";
import { withEnvironment } from "../with_environment.ts";
import { inFolder } from "./training_process.ts";

/** A repository with a commit of `lib` and a README; gives its commit. */
function repository(folder: string, content: string): string {
  mkdirSync(join(folder, "lib", "report"), { recursive: true });
  for (const file of ["README.md", "lib/a.ts"]) writeFileSync(join(folder, file), content);
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: "pipe" }).trim();
  git("init", "-q");
  git("add", "-A");
  git("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", content);
  return git("rev-parse", "HEAD");
}

function stateOf(folder: string) {
  const said: string[] = [];
  return { ...gitStateOf(folder, (reason) => void said.push(reason)), said };
}

Deno.test("a checkout is its commit, and changed where what decides numbers is", async () => {
  await inFolder((folder) => {
    const gitCommit = repository(folder, "one");
    assert.deepEqual(stateOf(folder), { gitCommit, gitDirty: false, said: [] });
    for (const file of ["README.md", "lib/report/new.ts", "notebook.ipynb"]) {
      writeFileSync(join(folder, file), "changed");
      assert.equal(stateOf(folder).gitDirty, false, file);
    }
    writeFileSync(join(folder, "lib", "new.ts"), "changed");
    assert.deepEqual(stateOf(folder), { gitCommit, gitDirty: true, said: [] });
    return Promise.resolve();
  });
});

Deno.test("files without a repository, also within another one's, have no commit, and it is said why", async () => {
  await inFolder((folder) => {
    const nothing = { gitCommit: null, gitDirty: null };
    const inner = join(folder, "inner");
    mkdirSync(inner);
    const { said: [alone, ...more], ...state } = stateOf(inner);
    assert.deepEqual(state, nothing);
    assert.match(alone ?? "", /^fatal: not a git repository/);
    assert.deepEqual(more, []);
    repository(folder, "around");
    assert.deepEqual(stateOf(inner), { ...nothing, said: ["the repository around it is another project's"] });
    return Promise.resolve();
  });
});

Deno.test("where git has told a hook of another repository, a checkout is still its own commit", async () => {
  await inFolder((folder) => {
    const [own, other] = ["own", "other"].map((name) => join(folder, name)) as [string, string];
    const gitCommit = repository(own, "own");
    repository(other, "other");
    for (const [name, file] of [["GIT_DIR", ""], ["GIT_INDEX_FILE", "index"]] as const) {
      withEnvironment(name, join(other, ".git", file), () => {
        assert.deepEqual(stateOf(own), { gitCommit, gitDirty: false, said: [] }, name);
      });
    }
    return Promise.resolve();
  });
});
