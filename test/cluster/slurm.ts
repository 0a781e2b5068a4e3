import type { ChildProcess } from "node:child_process";
import { spawnSync } from "node:child_process";
import { mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { FailureError } from "../../lib/errors.ts";
import { spawnBound } from "../../setup/bound.ts";

/** What Debian has in slurmctld, slurmd, slurm-client and munge. */
const PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel"];
const PATH = `${process.env["PATH"]}:/usr/sbin:/sbin`;

/** The programs that a cluster needs and this machine lacks. */
export function lackingPrograms(): string[] {
  return PROGRAMS.filter((name) =>
    spawnSync("which", [name], { env: { ...process.env, PATH } }).status !== 0
  );
}

/** What needs a cluster is nothing without one. Throws a FailureError that says what is missing. */
export function requireSlurm(): void {
  const lacking = lackingPrograms();
  if (lacking.length > 0) {
    throw new FailureError(
      `Starting a cluster: ${
        lacking.join(", ")
      } are missing; install Slurm (Debian: slurmctld slurmd slurm-client munge).`,
    );
  }
}

export const NODES = ["node1", "node2"] as const;
export type Node = typeof NODES[number];
export type Daemon = "munged" | "slurmctld" | Node;

/**
 * A real Slurm on the loopback of this machine: a controller and two nodes of one core, everything in one folder. It ends
 * with this process.
 */
export class Slurm {
  readonly #daemons = new Map<Daemon, ChildProcess>();
  /** Makes every command of Slurm, and whatever its tasks start, one of this cluster. */
  readonly environment: Record<string, string>;

  private constructor(readonly folder: string, readonly configuration: string) {
    this.environment = { ...process.env as Record<string, string>, PATH, SLURM_CONF: configuration };
  }

  static async start(folder: string): Promise<Slurm> {
    const slurm = new Slurm(folder, join(folder, "slurm.conf"));
    for (const name of ["state", "log", ...NODES]) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, "munge.key"), crypto.getRandomValues(new Uint8Array(128)), { mode: 0o400 });
    writeFileSync(slurm.configuration, configuration(folder, await freePorts(1 + NODES.length)));
    for (const daemon of ["munged", "slurmctld", ...NODES] as const) slurm.run(daemon);
    await waitFor("the nodes of the cluster", () => NODES.every((node) => slurm.stateOf(node) === "idle"));
    return slurm;
  }

  /** Starts one of its programs, for the first time or again. */
  run(daemon: Daemon): void {
    const at = (name: string) => join(this.folder, name);
    const log = openSync(at(`log/${daemon}.out`), "a");
    const command = {
      munged: ["munged", "--force", "--foreground", ...this.#munge()],
      slurmctld: ["slurmctld", "-D"],
      node1: ["slurmd", "-D", "-N", "node1"],
      node2: ["slurmd", "-D", "-N", "node2"],
    }[daemon] as [string, ...string[]];
    const [program, ...args] = command;
    this.#daemons.set(
      daemon,
      spawnBound(program, args, { cwd: this.folder, env: this.environment, stdio: ["ignore", log, log] }),
    );
  }

  #munge(): string[] {
    const at = (name: string) => join(this.folder, name);
    return [
      `--socket=${at("munge.socket")}`,
      `--key-file=${at("munge.key")}`,
      `--log-file=${at("log/munge.log")}`,
      `--pid-file=${at("munge.pid")}`,
      `--seed-file=${at("munge.seed")}`,
      "--num-threads=2",
    ];
  }

  /** Kills one of its programs; what a node ran goes on without it. */
  async kill(daemon: Daemon): Promise<void> {
    const child = this.#daemons.get(daemon);
    if (child === undefined) return;
    this.#daemons.delete(daemon);
    const closed = new Promise((resolve) => child.once("close", resolve));
    if (child.kill("SIGKILL")) await closed;
  }

  /** A node loses its power: its program and all that it ran are gone. */
  async die(node: Node): Promise<void> {
    await this.kill(node);
    const ran = this.processes(`SLURMD_NODENAME=${node}`);
    const minders = ran.map(parentOf).filter((pid) => commandLine(pid).startsWith("slurmstepd"));
    for (const pid of [...minders, ...ran]) signal(pid, "SIGKILL");
  }

  /** Runs a command of Slurm's, or of anyone's, in the cluster; its output and errors. */
  tell(program: string, ...args: string[]): string {
    const { stdout, stderr } = spawnSync(program, args, { encoding: "utf8", env: this.environment });
    return `${stdout}${stderr}`.trim();
  }

  /** "idle", "mixed", "down*". */
  stateOf(node: Node): string {
    return this.tell("sinfo", "--noheader", `--nodes=${node}`, "--format=%T");
  }

  /** The queue, a task a line: "42_3 RUNNING". */
  queue(): string[] {
    return this.tell("squeue", "--noheader", "--array", "--format=%i %T").split("\n").filter((line) =>
      line !== ""
    );
  }

  /** Waits until nothing is queued. */
  async end(minutes = 3): Promise<void> {
    await waitFor("the queue to be empty", () => this.queue().length === 0, 60 * minutes);
  }

  /** Ids of the processes of this cluster, of those that have `entry` in their environment. */
  processes(entry = ""): number[] {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
      const environment = textOf(`/proc/${pid}/environ`);
      return environment.includes(`SLURM_CONF=${this.configuration}\0`) && environment.includes(entry);
    });
  }

  /** The processes of its tasks: scripts and runs. */
  ofTasks(): number[] {
    return this.processes("SLURM_JOB_ID=");
  }

  /** Whether a process is a run, or that of the hash. */
  trains(pid: number, hash = ""): boolean {
    return /deno run .*tasks\/train\.ts /.test(commandLine(pid)) &&
      commandLine(pid).includes(`--run ${hash}`);
  }

  /** The process that trains a run. */
  training(hash: string): number | undefined {
    return this.ofTasks().find((pid) => this.trains(pid, hash));
  }

  async stop(): Promise<void> {
    if (this.queue().length > 0) {
      this.tell("scancel", `--user=${userInfo().username}`);
      await waitFor("what is cancelled to end", () => this.ofTasks().length === 0, 20).catch(
        () => {},
      );
    }
    for (const daemon of [...NODES, "slurmctld", "munged"] as const) await this.kill(daemon);
    for (const pid of this.processes()) if (pid !== process.pid) signal(pid, "SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function configuration(folder: string, [controller, ...nodes]: readonly number[]): string {
  const at = (name: string) => join(folder, name);
  const user = userInfo().username;
  return [
    "ClusterName=weightshare",
    "SlurmctldHost=localhost(127.0.0.1)",
    `SlurmctldPort=${controller}`,
    ...["AuthType=auth/munge", `AuthInfo=socket=${at("munge.socket")},cred_expire=5`, "CredType=cred/munge"],
    ...[`SlurmUser=${user}`, `SlurmdUser=${user}`],
    ...[`StateSaveLocation=${at("state")}`, `SlurmdSpoolDir=${at("%n")}`],
    ...[`SlurmctldPidFile=${at("slurmctld.pid")}`, `SlurmdPidFile=${at("%n.pid")}`],
    ...[`SlurmctldLogFile=${at("log/slurmctld.log")}`, `SlurmdLogFile=${at("log/%n.log")}`],
    ...[
      "ProctrackType=proctrack/linuxproc",
      "TaskPlugin=task/none",
      "SwitchType=switch/none",
      "MpiDefault=none",
    ],
    ...["SelectType=select/cons_tres", "SelectTypeParameters=CR_CPU_Memory", "MailProg=/bin/true"],
    ...["AccountingStorageType=accounting_storage/none", "JobAcctGatherType=jobacct_gather/none"],
    ...["ReturnToService=2", "KillWait=5", "SlurmdTimeout=5", "SchedulerParameters=bf_interval=1"],
    ...NODES.map((name, index) =>
      `NodeName=${name} NodeHostname=${hostname()} NodeAddr=127.0.0.1 Port=${
        nodes[index]
      } CPUs=1 RealMemory=6000`
    ),
    ...["PreemptType=preempt/partition_prio", "PreemptMode=REQUEUE"],
    "PartitionName=main Nodes=ALL Default=YES State=UP PriorityTier=1",
    "PartitionName=urgent Nodes=ALL State=UP PriorityTier=2",
    "",
  ].join("\n");
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(servers.map((server) =>
    new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
    })
  ));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // it has ended, or is another user's
  }
}

function commandLine(pid: number): string {
  return textOf(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0);
}

/** Sends a signal to a process that may have ended. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it has ended
  }
}

/** Looks every 10 milliseconds. */
export async function waitFor(what: string, condition: () => boolean, seconds = 60): Promise<void> {
  const deadline = performance.now() + 1000 * seconds;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited ${seconds} seconds for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
