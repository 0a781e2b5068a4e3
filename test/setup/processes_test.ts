import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "../../lib/paths.ts";
import { spawnBound } from "../../setup/bound.ts";
import { mustRun } from "../../setup/child.ts";
import { findPython } from "../../setup/machine.ts";
import { JUPYTER_PYTHON, jupyterEnvironment } from "../../setup/jupyter.ts";
import { executeNotebook } from "../../tasks/execute.ts";
import { lives, parentOf, sleep, until, untilIdIn } from "./process.ts";

function scratch(): { folder: string; [Symbol.dispose](): void } {
  const folder = mkdtempSync(join(tmpdir(), "weightshare-processes-"));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

function notebookOf(folder: string, ...cells: string[]): string {
  const path = join(folder, "notebook.ipynb");
  const code = (source: string, index: number) => (
    { cell_type: "code", id: `cell-${index}`, metadata: {}, execution_count: null, outputs: [], source }
  );
  const kernelspec = { name: "weightshare-deno", display_name: "Deno (weightshare)", language: "typescript" };
  const metadata = { kernelspec, language_info: { name: "typescript", version: "of the input" } };
  writeFileSync(path, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells: cells.map(code) }));
  return path;
}

Deno.test("a child ends when its parent is killed, and one that is not there ends with 127", async () => {
  const code = `import { spawnBound } from "./setup/bound.ts";
    const child = spawnBound("sleep", ["1000"], { stdio: "ignore" });
    console.log(child.pid);
    await new Promise(() => setInterval(() => {}, 1e6));`;
  const parent = spawnBound(Deno.execPath(), ["eval", "--ext=ts", code], { cwd: ROOT });
  const pid = await new Promise<number>((resolve) =>
    parent.stdout?.once("data", (text) => resolve(Number(text)))
  );
  await sleep(300);
  assert.ok(lives(pid));
  parent.kill("SIGKILL");
  await until("the child to end", () => !lives(pid));
  const absent = spawnBound("no-such-program", [], { stdio: "ignore" });
  assert.equal(await new Promise((resolve) => absent.on("close", resolve)), 127);
});

Deno.test("set-up's children are bound to it also where python3 is a script that starts the real one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "weightshare-processes-"));
  const before = process.env["PATH"];
  try {
    const { executable } = await findPython();
    writeFileSync(join(folder, "python3"), `#!/bin/sh\n"${executable}" "$@"\nexit $?\n`, { mode: 0o755 });
    process.env["PATH"] = `${folder}:${before}`;
    assert.equal((await findPython()).executable, executable);
    const { stdout } = await mustRun("Asking pip", "look", executable, ["-m", "pip", "--version"]);
    assert.match(stdout, /^pip \d/);
  } finally {
    process.env["PATH"] = before ?? "";
    rmSync(folder, { recursive: true });
  }
});

/** Probes of the machine end at once; a waiting flock ends by itself. */
const UNBOUND = ["lib/bound.ts", "setup/child.ts", "lib/lock.ts"];

Deno.test("children are started in one way alone", () => {
  const files = ["lib", "tasks", "setup", "bench", "test"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name))
  ).filter((file) => file.endsWith(".ts") && !file.startsWith("lib/dist"));
  const starts = files.filter((file) =>
    /import \{[^}]*\bspawn\b[^}]*\} from "node:child_process"|Deno\.Command\(/.test(
      readFileSync(join(ROOT, file), "utf8"),
    )
  );
  assert.deepEqual(starts.sort(), UNBOUND.toSorted());
});

Deno.test("the lab starts behind a proxy that answers nobody; kill -9 of it ends the server", async () => {
  const lab = spawnBound(Deno.execPath(), ["run", "-A", "tasks/lab.ts", "--no-browser"], {
    cwd: ROOT,
    env: { ...process.env, http_proxy: "http://127.0.0.1:9", HTTP_PROXY: "http://127.0.0.1:9", NO_PROXY: "" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  lab.stdout?.on("data", (text) => said += text);
  const address = await until("the address", () => /http:\S+/.exec(said)?.[0]);
  const port = Number(new URL(address).port);
  assert.equal(await listens(port), true);
  lab.kill("SIGKILL");
  const deadline = performance.now() + 10_000;
  while (await listens(port)) {
    assert.ok(performance.now() < deadline, "the server still listens");
    await sleep(100);
  }
});

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true));
    socket.on("error", () => resolve(false)).on("connect", () => socket.destroy());
  });
}

const WAITS = `import { writeFileSync } from "node:fs";
writeFileSync("pid", String(process.pid));
await new Promise((resolve) => setTimeout(resolve, 1e6));`;

/** Starts `deno task execute` on a notebook that waits, and gives it with its kernel once that waits. */
async function executing(folder: string) {
  const args = [
    "run",
    "-A",
    "tasks/execute.ts",
    notebookOf(folder, WAITS),
    "-o",
    join(folder, "out.ipynb"),
  ];
  const execute = spawnBound(Deno.execPath(), args, { cwd: ROOT, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  execute.stderr?.on("data", (text) => said += text);
  const ended = new Promise<[number | null, string]>((resolve) =>
    execute.on("close", (code) => resolve([code, said]))
  );
  const kernel = await untilIdIn(join(folder, "pid"), "the kernel");
  return { execute, ended, kernel };
}

Deno.test("kill -9 of execute ends papermill and the kernel", async () => {
  using place = scratch();
  const { execute, ended, kernel } = await executing(place.folder);
  execute.kill("SIGKILL");
  await ended;
  await until("the kernel to end", () => !lives(kernel));
});

Deno.test("kill -9 of papermill ends the kernel, and execute with a sentence", async () => {
  using place = scratch();
  const { ended, kernel } = await executing(place.folder);
  const papermill = parentOf(parentOf(kernel)); // between them: the relay
  process.kill(papermill, "SIGKILL");
  const [code, said] = await ended;
  assert.equal(code, 1, said);
  assert.match(said, /^error: Running .*notebook.ipynb on weightshare-deno: papermill was killed/m);
  await until("the kernel to end", () => !lives(kernel));
});

Deno.test("a cell that cannot be parsed is quoted with the place; none of its lines was run", async () => {
  using place = scratch();
  const notebook = notebookOf(place.folder, "let a = 1;", 'console.log("ran");\nlet b = (;');
  const output = join(place.folder, "out.ipynb");
  await assert.rejects(
    executeNotebook({ notebook, output }),
    /code cell 2 of 2 failed; [^]*! SyntaxError: Expression expected in line 2, column 10 of this cell; nothing of it/,
  );
});

Deno.test("a cell that declares a name again is told so", async () => {
  using place = scratch();
  const notebook = notebookOf(place.folder, "let a = 1; let a = 2;");
  const output = join(place.folder, "out.ipynb");
  await assert.rejects(executeNotebook({ notebook, output }), /code cell 1 of 1 failed; [^]*! .*Error: \S/);
});

for (const kernel of ["weightshare-deno", "weightshare-tslab"]) {
  Deno.test(`${kernel}: a notebook anywhere finds the library and its own folder, and says what ran it`, async () => {
    using place = scratch();
    const cell = 'import { reproduce } from "weightshare";\nconsole.log(typeof reproduce, process.cwd());';
    const output = join(place.folder, "out.ipynb");
    await executeNotebook({ notebook: notebookOf(place.folder, cell), output, kernel });
    const { cells, metadata } = JSON.parse(readFileSync(output, "utf8"));
    assert.equal([cells[0].outputs[0].text].flat().join(""), `function ${place.folder}\n`);
    assert.equal(metadata.kernelspec.name, kernel);
    assert.match(metadata.kernelspec.display_name, kernel === "weightshare-deno" ? /^Deno/ : /^tslab/);
    assert.match(metadata.language_info.version, /^\d/);
    assert.equal("nbconvert_exporter" in metadata.language_info, kernel === "weightshare-deno");
  });
}

/** Starts a kernel in a folder and waits until it answers: the argument's list names both, and what is "asked" of it. */
const STARTED = `
import json, sys, time
from jupyter_client.manager import KernelManager
kernel, folder, *asked = json.loads(sys.argv[1])
manager = KernelManager(kernel_name=kernel)
manager.start_kernel(cwd=folder)
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=120)`;

/** Sends all cells at once, as "Run All" does, stops after the first if told to, and prints how each ended. */
const RUN_ALL = `${STARTED}
stop, *cells = asked
def ends(sent, ended={}):
    while not all(id in ended for id in sent):
        reply = client.get_shell_msg(timeout=120)
        ended[reply["parent_header"]["msg_id"]] = reply["content"].get("status")
    return [ended[id] for id in sent]
sent = [client.execute(cell) for cell in cells]
if stop:
    time.sleep(stop)
    manager.interrupt_kernel()
done = ends(sent)
time.sleep(0.5) # tslab aborts a little longer
print(json.dumps([*done, *ends([client.execute("40 + 2")])]))
manager.shutdown_kernel()`;

function runAll(kernel: string, folder: string, stopAfter: number, ...cells: string[]): string[] {
  const { stdout, stderr } = spawnSync(
    JUPYTER_PYTHON,
    ["-c", RUN_ALL, JSON.stringify([kernel, folder, stopAfter, ...cells])],
    { encoding: "utf8", env: jupyterEnvironment() },
  );
  assert.notEqual(stdout, "", stderr);
  return JSON.parse(stdout);
}

/** Lasts until all cells are queued, however busy the machine. */
const LONG = "await new Promise((resolve) => setTimeout(resolve, 2000));";

const STOPPABLE = `let stopped = false;
process.on("SIGINT", () => stopped = true);
while (!stopped) await new Promise((resolve) => setTimeout(resolve, 10));
throw new Error("stopped");`;

for (const kernel of ["weightshare-deno", "weightshare-tslab"]) {
  Deno.test(`${kernel}: what is queued behind a failed cell is aborted, and the kernel goes on`, () => {
    using place = scratch();
    const cells = [LONG, 'throw new Error("no");', "let b = 2;", "let c = 3;"];
    assert.deepEqual(runAll(kernel, place.folder, 0, ...cells), ["ok", "error", "aborted", "aborted", "ok"]);
  });
}

/** Starts the relay on a kernel that ends at once a number of times, and prints whether it answers in the end. */
const RESTARTED = `
import json, subprocess, sys, time
from jupyter_client import BlockingKernelClient
from jupyter_client.connect import write_connection_file
relay, deno, folder, fails = json.loads(sys.argv[1])
program = folder + "/deno"
with open(program, "w") as file:
    file.write(f"#!/bin/sh\\necho >> {folder}/starts; [ $(wc -l < {folder}/starts) -le {fails} ] && exit 3; exec {deno} \\"$@\\"\\n")
subprocess.run(["chmod", "+x", program], check=True)
path, _ = write_connection_file(folder + "/connection.json")
process = subprocess.Popen([sys.executable, "-I", relay, path, program, "jupyter", "--kernel", "--conn"], cwd=folder)
client = BlockingKernelClient(connection_file=path)
client.load_connection_file()
client.start_channels()
said, deadline = None, time.monotonic() + 400  # a heart that is late on a slow machine is no end
try:
    while said is None and time.monotonic() < deadline:
        try:
            client.wait_for_ready(timeout=5)
            said = "ready"
        except RuntimeError:
            said = process.poll() and f"ended {process.poll()}"
    print(said)
finally:
    process.terminate()  # it holds the pipes that the test waits for`;

for (const [fails, end] of [[2, "ready"], [3, "ended 3"]] as const) {
  Deno.test(`a kernel that ends ${fails} times before its first word: ${end}`, () => {
    using place = scratch();
    const relay = join(ROOT, "setup", "processes", "relay.py");
    const asked = [relay, join(ROOT, "venv", "bin", "deno"), place.folder, fails];
    const { stdout, stderr } = spawnSync(JUPYTER_PYTHON, ["-c", RESTARTED, JSON.stringify(asked)], {
      ...{ encoding: "utf8", env: jupyterEnvironment() },
    });
    assert.equal(stdout.trim(), end, stderr);
  });
}

Deno.test("a kernel whose Jupyter has ended before it began does not begin", () => {
  const bound = [
    "-I",
    "-S",
    join(ROOT, "setup", "processes", "end_with_parent.py"),
    "0",
    "/bin/echo",
    "begun",
  ];
  const after = (parent: number) =>
    spawnSync(JUPYTER_PYTHON, bound, {
      ...{ encoding: "utf8", env: { ...jupyterEnvironment(), JPY_PARENT_PID: String(parent) } },
    });
  assert.equal(after(process.pid).stdout, "begun\n");
  const { stdout, stderr, status } = after(1);
  assert.deepEqual([stdout, status], ["", 1]);
  assert.match(stderr, /process 1, which it must end with, is not its parent/);
});

Deno.test("a headless run whose kernel ends before its first word is begun again, any other error is not", () => {
  const program = `
import papermill
from jupyter_client import client
from weightshare_papermill.engine import EARLY_END, begun
assert EARLY_END in open(client.__file__).read(), "jupyter_client says it in other words"
def ends(times, words, tries=[]):
    tries.append(times)
    if tries.count(times) <= times:
        raise RuntimeError(words)
    return tries.count(times)
print(begun(lambda: ends(2, EARLY_END)))
for times, words in ((3, EARLY_END), (1, "Kernel died")):
    try:
        print(begun(lambda: ends(times, words)))
    except RuntimeError as error:
        print(error)`;
  const { stdout, stderr } = spawnSync(JUPYTER_PYTHON, ["-c", program], {
    ...{ encoding: "utf8", env: jupyterEnvironment() },
  });
  assert.equal(stdout, "3\nKernel died before replying to kernel_info\nKernel died\n", stderr);
});

/** Asks what names are, as Shift+Tab does, and prints what is found. */
const INSPECT = `${STARTED}
imports, *codes = asked
def answer(id):
    while True:
        reply = client.get_shell_msg(timeout=120)
        if reply["parent_header"]["msg_id"] == id:
            return reply["content"]
answer(client.execute(imports))
found = [answer(client.inspect(code, len(code))) for code in codes]
print(json.dumps([[one["found"], one["data"].get("text/plain", "")] for one in found]))
manager.shutdown_kernel()`;

for (const kernel of ["weightshare-deno", "weightshare-tslab"]) {
  Deno.test(`${kernel}: a name of the library shows its type and its documentation`, () => {
    using place = scratch();
    const imports = 'import { fit, proxyRule } from "weightshare/learning";';
    const codes = [
      "const { curve } = await fit",
      "const rule = proxyRule",
      "const nobodysName",
      "fit({ epochs: ",
    ];
    const { stdout, stderr } = spawnSync(
      JUPYTER_PYTHON,
      ["-c", INSPECT, JSON.stringify([kernel, place.folder, imports, ...codes])],
      { encoding: "utf8", env: jupyterEnvironment() },
    );
    assert.notEqual(stdout, "", stderr);
    const [fit, rule, unknown, called] = JSON.parse(stdout) as [boolean, string][];
    assert.match(fit?.[1] ?? "", /fit<.*options: FitOptions<[^]*The one training loop/);
    assert.match(rule?.[1] ?? "", /proxyRule\([^]*: LearningRule[^]*Source: PL, arXiv 2109\.13208/);
    if (kernel === "weightshare-tslab") return; // it says "any" where nothing is known, and nothing inside a call
    assert.deepEqual(unknown, [false, ""]);
    assert.deepEqual(called, fit);
  });
}

Deno.test("what is queued behind a stopped cell is aborted, and so behind one that cannot be parsed", () => {
  using place = scratch();
  const stopped = runAll("weightshare-deno", place.folder, 3, STOPPABLE, "let b = 2;");
  assert.deepEqual(stopped, ["error", "aborted", "ok"]);
  assert.deepEqual(runAll("weightshare-deno", place.folder, 0, LONG, "let (;", "let b = 2;"), [
    "ok",
    "error",
    "aborted",
    "ok",
  ]);
});
