import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "../../lib/paths.ts";
import { helpAsked } from "../../setup/arguments.ts";
import { spawnBound } from "../../setup/bound.ts";
import { TASKS } from "../../tasks/all.ts";
import { commandLineCampaign, difference, filesOf } from "../../tasks/campaign/command_lines.ts";
import { planOf } from "../../tasks/task.ts";

/** Deno reads these arguments itself, or they are read without the library. */
const OTHERS = ["test", "setup", "doctor"];

const COMMANDS: Record<string, { command: string }> =
  JSON.parse(readFileSync(join(ROOT, "deno.json"), "utf8")).tasks;

function task(name: string) {
  return TASKS.find((one) => one.name === name) ?? assert.fail(name);
}

const refused = (name: string, args: string[], pattern: RegExp) =>
  assert.throws(() => planOf(task(name), args), pattern);

interface Said {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the program of a task, without the set-up that goes before it. */
function program(name: string, args: string[], env: Record<string, string> = {}): Promise<Said> {
  const script = COMMANDS[name]?.command.split(" ").at(-1) as string;
  const child = spawnBound(process.execPath, ["run", "-A", "--no-check", script, ...args], {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk) => said.stdout += String(chunk));
  child.stderr?.on("data", (chunk) => said.stderr += String(chunk));
  return new Promise((resolve) => child.on("close", (status) => resolve({ status, ...said })));
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "weightshare-commands-"));
  try {
    await test(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

Deno.test("the command line of every task is read by the library, or with Deno's own means", () => {
  const names = [...TASKS.map(({ name }) => name), ...OTHERS];
  assert.deepEqual(names.toSorted(), Object.keys(COMMANDS).toSorted());
});

Deno.test("--help of every task exits 0 with its usage and changes nothing on the disk", async () => {
  await inFolder(async (results) => {
    const before = filesOf(ROOT);
    const names = [...TASKS.map(({ name }) => name), "setup", "doctor"];
    while (names.length > 0) {
      await Promise.all(
        names.splice(0, 3).map(async (name) => {
          const { status, stdout, stderr } = await program(name, ["--help"], {
            WEIGHTSHARE_RESULTS: results,
          });
          assert.equal(status, 0, `${name}: ${stderr}`);
          assert.ok(stdout.startsWith(`Usage: deno task ${name} `), stdout);
        }),
      );
    }
    assert.deepEqual([...difference(before, filesOf(ROOT)), ...filesOf(results).keys()], []);
  });
});

Deno.test("what a JupyterLab beside keeps of open notebooks is no change by a task; a new, a changed and a lost file are", async () => {
  await inFolder((folder) => {
    const notebook = join(folder, "notebooks", "one.ipynb");
    mkdirSync(join(folder, "notebooks", ".ipynb_checkpoints"), { recursive: true });
    writeFileSync(notebook, "{}");
    const before = filesOf(folder);
    writeFileSync(join(folder, "notebooks", ".ipynb_checkpoints", "one-checkpoint.ipynb"), "{}");
    assert.deepEqual(difference(before, filesOf(folder)), []);
    writeFileSync(notebook, "{ }");
    assert.deepEqual(difference(before, filesOf(folder)), [notebook]);
    rmSync(notebook);
    assert.deepEqual(difference(before, filesOf(folder)), [notebook]);
    writeFileSync(join(folder, "new"), "");
    assert.deepEqual(difference(before, filesOf(folder)).length, 2);
    return Promise.resolve();
  });
});

Deno.test("an option that is unknown, and an argument too many, are refused by every task", async () => {
  for (const { name } of TASKS) {
    refused(
      name,
      ["--no-such-option"],
      /^UsageError: .*unknown option '--no-such-option'; see deno task .* --help\.$/,
    );
  }
  for (
    const name of ["ok", "format", "lab", "runs", "reproduce", "augmentation", "parameters", "ok:native"]
  ) {
    refused(name, ["word"], /^UsageError: .*too many arguments/);
  }
  const setup = { name: "setup", description: "" };
  assert.throws(() => helpAsked(setup, ["--help", "x"]), /^UsageError: .*unknown option '--help'/);
  assert.throws(() => helpAsked(setup, ["word"]), /unknown argument 'word'; see deno task setup --help\.$/);
  for (const name of ["doctor", "runs"]) {
    const { status, stdout, stderr } = await program(name, ["--no-such-option"]);
    assert.deepEqual([status, stdout, stderr.trim().split("\n").length], [2, "", 1], stderr);
  }
});

Deno.test("of two values of one thing neither wins", () => {
  const proxy = ["fashion-mnist-proxy", "--profile", "smoke", "--row", "proxy-k1"];
  refused("train", [...proxy, "--row", "ann"], /--row is given twice; see deno task train --help/);
  refused("train", [...proxy, "--set", "T=3", "T=2"], /T: it is given twice/);
  refused("train", [...proxy, "--set", "T=3", "--set", "rule.T=3"], /T: it is given twice/);
  refused("data", ["--dir", ".", "--mirror", "http://localhost/"], /--dir and --mirror exclude each other/);
  refused("data", ["cifar-10", "cifar-10"], /"cifar-10" is given twice/);
  refused("golden", ["deno.json", join(ROOT, "deno.json")], /is given twice/);
  refused("golden:make", ["--check", "--kind", "clip", "clip"], /"clip" is given twice/);
  refused("bench", ["--workload", "proxy-step", "proxy-step"], /is given twice/);
  refused("bench", ["--sweep", "--peers"], /give one of them/);
  refused("bench", ["--operations", "--sweep"], /Reading --sweep --operations: .* give one of them/);
  refused("bench", ["--workload", "convmixer-128-8", "--T", "3"], /--T: it is for spiking workloads/);
  refused("runs", ["--json", "--json"], /--json is given twice/);
  refused("lab", ["--port", "9000", "--port=9001"], /--port is given twice/);
  refused(
    "train",
    [...proxy, "--set", "T=8", "--set", "batch=0"],
    /training.batch is 0, but must be at least 1/,
  );
});

Deno.test("names that every object has are as unknown as any other", () => {
  for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
    const train = ["fashion-mnist-proxy", "--profile", "smoke"];
    refused("train", [name], /it is unknown; use one of/);
    refused("train", ["fashion-mnist-proxy", "--profile", name], /is unknown; use one of/);
    refused("train", [...train, "--row", name], /it is unknown; use one of/);
    refused("train", [...train, "--seed", name], /it is unknown; use one of/);
    refused(
      "train",
      [...train, "--set", `data.name=${name}`],
      /data\.name is .*, but must be one of fashion-mnist/,
    );
    refused("train", [...train, "--set", `${name}=1`], /is not a setting of this run/);
    refused(
      "train",
      [...train, "--set", "T=2", `rule.name=${name}`],
      /rule\.name is .*, but must be one of proxy/,
    );
    refused("data", [name], /it is unknown; use one of/);
    refused("execute", ["-k", name], /is unknown; use weightshare-deno/);
    refused("figures", ["--experiment", name], /it is unknown; use one of/);
    refused("figures", ["--style", name], /it is unknown; use one of nature, ieee, acm, slide/);
    refused("bench", ["--workload", name], /there is no such workload/);
    refused("campaign", [name], /is unknown; use one of/);
  }
});

Deno.test("a width that no page has is refused, and one of no publication", () => {
  for (const width of ["0mm", "-1mm", "89", "wide", "9999mm"]) {
    refused("figures", ["--style", "nature", `--width=${width}`], /it must be a number with its unit/);
  }
  refused("figures", ["--width", "89mm"], /give its --style, too/);
  refused("figures", ["--style", "nature", "--style", "ieee"], /--style is given twice/);
});

Deno.test("a refusal is one line without control sequences, whatever it quotes", () => {
  refused("runs", ["--profile", "a\nb\u001b[31m"], /"a\\u000ab\\u001b\[31m" is unknown/);
  refused("runs", ["--profile", "x".repeat(5000)], /^UsageError: .{0,300}$/);
});

Deno.test("paths are read and shown from where the user stood", async () => {
  await inFolder(async (folder) => {
    mkdirSync(join(folder, "inner"));
    writeFileSync(join(folder, "empty.json"), "{}");
    const from = { INIT_CWD: join(folder, "inner") };
    const [golden, execute, data, bench, figures] = await Promise.all([
      program("golden", ["../empty.json"], from),
      program("execute", ["here.ipynb"], from),
      program("data", ["--dir", "copy"], from),
      program("bench", ["--output", "."], from),
      program("figures", ["--out", "../empty.json"], from),
    ]) as [Said, Said, Said, Said, Said];
    assert.match(golden.stderr, /empty\.json: kind is not given/);
    assert.match(execute.stderr, /^error: Running here\.ipynb: there is no such file/);
    assert.match(data.stderr, /^error: Fetching data sets from copy: there is no such folder/);
    assert.match(bench.stderr, /^error: Writing to \.: it is a folder/);
    assert.match(figures.stderr, /^error: Writing to \.\.\/empty\.json: \.\.\/empty\.json is no folder/);
  });
});

Deno.test("deno task tells where the user stood, and what it starts does not inherit that", async () => {
  await inFolder((folder) => {
    mkdirSync(join(folder, "inner"));
    writeFileSync(join(folder, "inner", "empty.json"), "{}");
    const golden = `deno run -A --no-check ${join(ROOT, "tasks", "golden.ts")}`;
    writeFileSync(join(folder, "deno.json"), JSON.stringify({ tasks: { golden } }));
    const { INIT_CWD: _stood, ...env } = process.env;
    const { stderr } = spawnSync(process.execPath, [
      "task",
      "--quiet",
      "golden",
      "empty.json",
      "nowhere.json",
    ], {
      cwd: join(folder, "inner"),
      encoding: "utf8",
      env: env as Record<string, string>,
    });
    assert.match(stderr, /^error: Comparing nowhere\.json: there is no such file/);
    assert.equal(process.env["INIT_CWD"], undefined);
    return Promise.resolve();
  });
});

Deno.test("a record that cannot be read does not hide the others, and is named", async () => {
  await inFolder(async (folder) => {
    const study = join(ROOT, "results", "study", "fashion-mnist-proxy");
    const [name] = readdirSync(study).filter((file) => file.endsWith(".json"));
    const place = join(folder, "study", "fashion-mnist-proxy");
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, name as string), readFileSync(join(study, name as string)));
    for (const [index, text] of ["", "null", "{}", '{"format":1}', "[]"].entries()) {
      writeFileSync(join(place, `${String(index).repeat(16)}.json`), text);
    }
    const { status, stdout, stderr } = await program("runs", [], { WEIGHTSHARE_RESULTS: folder });
    assert.equal(status, 1);
    assert.match(stdout, new RegExp((name as string).replace(".json", "")));
    assert.match(stderr, /^error: Reading records: 5 of 6 failed:\n/);
    for (const index of [0, 1, 2, 3, 4]) {
      assert.match(stderr, new RegExp(`${String(index).repeat(16)}\\.json`));
    }
    assert.doesNotMatch(stderr, /defect|undefined/);
  });
});

Deno.test("golden files that cannot be compared do not end the comparison of the others", async () => {
  const fixture = (name: string) => join("test", "golden", "fixtures", `${name}.json`);
  const files = ["deno.json", fixture("loss-cross-entropy"), "package.json", fixture("schedule-cosine")];
  const { status, stdout, stderr } = await program("golden", files);
  assert.equal(status, 1);
  assert.match(stdout, /ok .*cross-entropy[^]*ok .*cosine[^]*2 passed, 2 failed/);
  assert.match(
    stderr,
    /^error: Comparing golden files: 2 of 4 failed:\n {2}.*deno\.json.*\n {2}.*package\.json/,
  );
});

Deno.test("a run that diverges does not end the others, now and when the records are read", async () => {
  await inFolder(async (folder) => {
    const settings = ["epochs=1", "trainImages=60", "testImages=20", "batch=20", "learningRate=1e30"];
    const args = ["fashion-mnist-proxy", "--profile", "smoke", "--set", ...settings];
    for (const _time of ["trained", "read"]) {
      const { status, stdout, stderr } = await program("train", args, { WEIGHTSHARE_RESULTS: folder });
      assert.equal(status, 1);
      assert.equal(stdout.match(/DIVERGED/g)?.length, 3, stdout);
      assert.match(
        stderr,
        /error: Making the runs: 3 of 3 failed:\n {2}.*proxy-k1.*\n {2}.*proxy-k2.*\n {2}.*ann/,
      );
    }
  });
});

Deno.test("an error of our own making is called a defect, and how to see its trace is said", () => {
  const script =
    `import { run } from "./tasks/main.ts"; await run(() => Promise.reject(new TypeError("x is y")));`;
  const said = (env: Record<string, string>) =>
    spawnSync(process.execPath, ["eval", script], {
      cwd: ROOT,
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1", ...env },
    });
  const { status, stderr } = said({});
  assert.equal(status, 1);
  assert.match(stderr, /^error: x is y \(a defect of weightshare.*WEIGHTSHARE_TRACE=1.*\)\n$/);
  assert.match(said({ WEIGHTSHARE_TRACE: "1" }).stderr, /TypeError: x is y\n +at /);
});

Deno.test("generated command lines are understood or refused with one sentence", async () => {
  const { tried, wrong } = await commandLineCampaign({ seed: 1, tries: 60 });
  assert.equal(tried, 60);
  assert.deepEqual(wrong, []);
});

Deno.test("deno task parameters --csv prints the published counts in their file's columns", async () => {
  const { status, stdout, stderr } = await program("parameters", ["--csv"]);
  assert.equal(status, 0, stderr);
  // The last column says how a count was checked: theirs by running the released code, ours on the built model.
  const rows = (text: string) => text.trim().split(/\r?\n/).map((row) => row.slice(0, row.lastIndexOf(",")));
  const published = readFileSync(join(import.meta.dirname as string, "../models/ks_params.csv"), "utf8");
  assert.deepEqual(rows(stdout).toSorted(), rows(published).toSorted());
});
