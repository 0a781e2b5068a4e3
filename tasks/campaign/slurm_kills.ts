/** Arrays of a real Slurm of which tasks, nodes and the controller are killed: the records are those of a plain run. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FailureError } from "../../lib/errors.ts";
import { randomInt, type RandomStream as Random, randomStream } from "../../lib/ops/random.ts";
import { ownFolder } from "../../lib/own_folder.ts";
import type { RunRecord } from "../../lib/runs/record.ts";
import { type Daemon, type Node, NODES, requireSlurm, signal, Slurm } from "../../test/cluster/slurm.ts";
import { Submission } from "../../test/cluster/submission.ts";
import type { CampaignOptions, CampaignResult } from "./campaign.ts";

type Kill = (slurm: Slurm, random: Random) => Promise<boolean>;

/** What is killed, in turns; false where there was nothing to kill. */
const KILLS: Record<string, Kill> = {
  "a run": (slurm, random) => killOne(slurm.ofTasks().filter((pid) => slurm.trains(pid)), random),
  "a task's script": (slurm, random) => killOne(slurm.ofTasks().filter((pid) => !slurm.trains(pid)), random),
  "a node's slurmd": (slurm, random) => restarted(slurm, oneNode(random), random, (node) => slurm.kill(node)),
  "a node with all it runs": (slurm, random) =>
    restarted(slurm, oneNode(random), random, (node) => slurm.die(node)),
  slurmctld: (slurm, random) => restarted(slurm, "slurmctld", random, (daemon) => slurm.kill(daemon)),
};

function oneNode(random: Random): Node {
  return NODES[randomInt(random, 0, NODES.length - 1)] as Node;
}

/** Up to three seconds later it is there again. */
async function restarted<Name extends Daemon>(
  slurm: Slurm,
  daemon: Name,
  random: Random,
  kill: (daemon: Name) => Promise<void>,
): Promise<true> {
  await kill(daemon);
  await new Promise((resolve) => setTimeout(resolve, randomInt(random, 0, 3000)));
  slurm.run(daemon);
  return true;
}

function killOne(pids: readonly number[], random: Random): Promise<boolean> {
  const pid = pids[randomInt(random, 0, Math.max(0, pids.length - 1))];
  if (pid !== undefined) signal(pid, "SIGKILL");
  return Promise.resolve(pid !== undefined);
}

/** Kills `tries` times, over as many arrays as that takes. */
export async function slurmKillCampaign({ seed, tries }: CampaignOptions): Promise<CampaignResult> {
  requireSlurm();
  const { path: scratch, remove } = await ownFolder("slurm-kills");
  const slurm = await Slurm.start(join(scratch, "slurm"));
  try {
    const plain = join(scratch, "plain");
    const { code, stderr } = await new Submission(slurm, plain).train();
    if (code !== 0) return { tried: 0, said: "", wrong: [`undisturbed it fails: ${stderr}`] };
    const storm = new Storm(slurm, randomStream(seed, "slurm kills"), tries);
    const wrong: string[] = [];
    let records = 0;
    for (let place = 0; storm.left > 0; place++) {
      const submission = new Submission(slurm, join(scratch, `stormy-${place}`));
      await storm.over(submission);
      const faults = faultsOf(submission, plain);
      records += submission.records().length;
      wrong.push(...faults.map((fault) => `array ${place + 1}: ${fault}`));
    }
    return {
      tried: tries,
      said: `${storm.said()}; ${records} records, ${storm.submissions} submissions`,
      wrong,
    };
  } finally {
    await slurm.stop();
    await remove();
  }
}

/** Kills, one after the other, while an array runs. */
export class Storm {
  readonly #killed: string[] = [];
  #turn = 0;
  submissions = 0;

  constructor(readonly slurm: Slurm, readonly random: Random, public left: number) {}

  /**
   * Submits, kills, and submits again, where nothing has gone on for some seconds, until nothing is missing. A node that
   * Slurm took out of service, since it forgot what that node runs, is given back as an administrator would.
   */
  async over(submission: Submission): Promise<void> {
    const deadline = performance.now() + 20 * 60_000;
    while (!/: all \d+ runs/.test(await submission.missing())) {
      if (performance.now() > deadline) throw new FailureError(`An array did not end: ${submission.logs()}`);
      const { code } = await submission.trySubmit();
      if (code === 0) this.submissions++;
      for (let quiet = 0; quiet < 100 && this.slurm.queue().length > 0;) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        quiet = this.#trains() ? 0 : quiet + 1;
        if (quiet === 50) this.slurm.tell("scontrol", "update", `NodeName=${NODES.join()}`, "State=RESUME");
        if (this.left > 0 && quiet === 0 && randomInt(this.random, 1, 20) === 1) await this.#kill();
      }
    }
  }

  /** Between kills a cluster needs time to see what has ended; only a run under way is worth one. */
  #trains(): boolean {
    return this.slurm.ofTasks().some((pid) => this.slurm.trains(pid));
  }

  async #kill(): Promise<void> {
    const [name, kill] = Object.entries(KILLS)[this.#turn++ % Object.keys(KILLS).length] as [string, Kill];
    if (!await kill(this.slurm, this.random)) return;
    this.left--;
    this.#killed.push(name);
  }

  /** "killed 3 x a run, 2 x slurmctld". */
  said(): string {
    const counts = Map.groupBy(this.#killed, (name) => name);
    return `killed ${[...counts].map(([name, all]) => `${all.length} x ${name}`).join(", ")}`;
  }
}

/** What is other than after a plain run; an epoch that two processes count was trained twice. Conversions have no epochs. */
export function faultsOf(submission: Submission, plain: string): string[] {
  const twice = submission.records().filter((path) => {
    const { curve, provenance: { sessions = [] } }: RunRecord = JSON.parse(readFileSync(path, "utf8"));
    return sessions.length > 0 && sessions.reduce((sum, { epochs }) => sum + epochs, 0) !== curve.length;
  });
  return [
    ...submission.differences(plain),
    ...twice.map((path) => `${path} has epochs that were trained twice`),
  ];
}
