/** JupyterLab on this machine alone: `deno task lab [--port N] [--no-browser]`. Ctrl+C ends it and its kernels. */
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import process from "node:process";
import { FailureError } from "../lib/errors.ts";
import { withOwnFolder } from "../lib/own_folder.ts";
import { ROOT } from "../lib/paths.ts";
import { spawnBound } from "../setup/bound.ts";
import { JUPYTER_PYTHON, jupyterEnvironment } from "../setup/jupyter.ts";
import { whole } from "./arguments.ts";
import { defineTask, runTask } from "./task.ts";

const HOST = "127.0.0.1";
const FIRST_PORT = 8888;
const PORTS = 50;
const START = "/lab/tree/notebooks";
/** The interval of JupyterLab's own pings. */
const PING_MILLISECONDS = 30_000;

interface LabOptions {
  /** The port asked for; without it, the first free one from 8888. */
  port?: number;
  browser: boolean;
}

/** `deno task lab`. */
export const labTask = defineTask({
  name: "lab",
  description: "JupyterLab on this machine alone, with the project's kernels. Ctrl+C ends it and them.",
  declare: (command) =>
    command
      .option(
        "--port <number>",
        `instead of the first free one from ${FIRST_PORT}`,
        whole("--port", 1, 65535),
      )
      .option("--no-browser", "open no browser"),
  plan: (options: LabOptions) => options,
  act: (options) => withOwnFolder("lab", (runtime) => lab(options, runtime)),
});

async function choosePort(asked: number | undefined): Promise<number> {
  if (asked !== undefined) {
    if (await isFree(asked)) return asked;
    throw new FailureError(`Starting JupyterLab: port ${asked} is taken; give another one with --port N.`);
  }
  for (let port = FIRST_PORT; port < FIRST_PORT + PORTS; port++) {
    if (await isFree(port)) return port;
  }
  throw new FailureError(
    `Starting JupyterLab: ports ${FIRST_PORT} to ${
      FIRST_PORT + PORTS - 1
    } are taken; give another one with --port N.`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, HOST, () => server.close(() => resolve(true)));
  });
}

/** The token goes by the environment and in a header, where other users of the machine cannot read it. */
async function lab({ port: asked, browser }: LabOptions, runtime: string): Promise<void> {
  const port = await choosePort(asked);
  const token = randomBytes(24).toString("hex");
  const child = startServer(port, token, browser, runtime);
  const ended = new Promise<number | null>((resolve) => {
    child.on("error", () => resolve(null));
    child.on("close", resolve);
  });
  let stopped = false;
  const stop = () => {
    if (!stopped) child.kill("SIGTERM");
    stopped = true;
  };
  process.on("SIGINT", stop).on("SIGTERM", stop).on("SIGHUP", stop);
  if (await answers(port, token, ended)) {
    console.log(`JupyterLab: http://${HOST}:${port}${START}?token=${token}\nCtrl+C ends it and its kernels.`);
  }
  const status = await ended;
  if (!stopped && status !== 0) {
    throw new FailureError(`Running JupyterLab: it ended with exit code ${status}.`);
  }
}

function startServer(port: number, token: string, browser: boolean, runtime: string): ChildProcess {
  const options = [
    "--allow-root",
    "--log-level=WARN",
    "--LabApp.log_level=WARN",
    `--ServerApp.ip=${HOST}`,
    `--ServerApp.port=${port}`,
    "--ServerApp.port_retries=0",
    `--ServerApp.root_dir=${ROOT}`,
    "--ServerApp.kernel_spec_manager_class=weightshare_papermill.kernelspecs.KernelSpecs",
    `--LabApp.default_url=${START}`,
    "--LabApp.extension_manager=readonly",
    "--MultiKernelManager.default_kernel_name=weightshare-deno",
    // Its own default is longer than its pings' interval, of which it then warns at every start.
    `--ServerApp.tornado_settings={"ws_ping_timeout":${PING_MILLISECONDS}}`,
    ...(browser ? [] : ["--no-browser"]),
  ];
  return spawnBound(JUPYTER_PYTHON, ["-m", "jupyterlab", "-y", ...options], {
    cwd: ROOT,
    env: jupyterEnvironment({ JUPYTER_RUNTIME_DIR: runtime, JUPYTER_TOKEN: token }),
    stdio: ["ignore", "inherit", "inherit"],
    detached: true, // a terminal's Ctrl+C would reach it twice, and the second one cuts the end of its kernels short
  });
}

const PAUSE_MILLISECONDS = 200;
const WORD_SECONDS = 10;
const PATIENCE_SECONDS = 120;

/** Whether the server answers in the end; it has ended where it does not. */
async function answers(port: number, token: string, ended: Promise<unknown>): Promise<boolean> {
  let over = false;
  void ended.then(() => over = true);
  const since = performance.now();
  let told = 0;
  while (!over) {
    if (await answersNow(port, token)) return true;
    const seconds = (performance.now() - since) / 1000;
    if (seconds > PATIENCE_SECONDS) throw new FailureError(silence(port));
    if (seconds > told + WORD_SECONDS) {
      told = seconds;
      console.error(`JupyterLab is starting, ${Math.round(seconds)} s so far ...`);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
  }
  return false;
}

async function answersNow(port: number, token: string): Promise<boolean> {
  try {
    const response = await fetch(`http://${HOST}:${port}/api/status`, {
      headers: { Authorization: `token ${token}` },
      signal: AbortSignal.timeout(1000 * WORD_SECONDS),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false; // nobody listens yet
  }
}

function silence(port: number): string {
  return `Starting JupyterLab: it did not answer at http://${HOST}:${port} in ${PATIENCE_SECONDS} s; look for another ` +
    `process that takes all of this machine, or run "deno task doctor".`;
}

if (import.meta.main) {
  await runTask(labTask);
  process.exit(0);
}
