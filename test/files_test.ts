import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { writeWhole } from "../lib/files.ts";
import { withOwnFolder } from "../lib/own_folder.ts";

Deno.test("a file that is written whole takes with it what a killed process left of it, and nothing that is another's", async () => {
  await withOwnFolder("files", (own) => {
    const folder = join(own, "figures");
    mkdirSync(folder);
    const { pid } = spawnSync("true");
    const [host, path] = [hostname(), join(folder, "figure.png")];
    const others = [
      `figure.png.${host}.${process.pid}1.x.tmp`,
      `figure.png.${host}.1.tmp`, // a process that runs
      `figure.png.elsewhere.${pid}.tmp`, // on another machine
      `other.png.${host}.${pid}.tmp`,
    ];
    for (const name of [`figure.png.${host}.${pid}.tmp`, ...others]) {
      writeFileSync(join(folder, name), "half");
    }
    writeWhole(path, "whole");
    assert.equal(readFileSync(path, "utf8"), "whole");
    assert.deepEqual(readdirSync(folder).sort(), ["figure.png", ...others].sort());
    return Promise.resolve();
  });
});
