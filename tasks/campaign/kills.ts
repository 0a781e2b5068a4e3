/** Commands that are killed (-9) at random moments, then run to their end: nobody may notice afterwards. */
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { randomInt, randomStream } from "../../lib/ops/random.ts";
import { ownFolder } from "../../lib/own_folder.ts";
import { ROOT } from "../../lib/paths.ts";
import { spawnBound } from "../../setup/bound.ts";
import type { CampaignOptions, CampaignResult } from "./campaign.ts";
import { contentOf, differences } from "./content.ts";
import { type Scene, SCENES } from "./kill_scenes.ts";

/** Marks every process of a place in its environment. */
const MARK = "WEIGHTSHARE_CAMPAIGN_PLACE";

/** What is left a moment after a kill has time to end by itself. */
const GRACE_MILLISECONDS = 5000;

/** Kills `tries` times, the scenes in turn; each scene is compared with a run of it that nobody disturbed. */
export async function killCampaign(
  { seed, tries, onProgress }: CampaignOptions,
  scenes: readonly Scene[] = SCENES,
): Promise<CampaignResult> {
  const { path: scratch, remove } = await ownFolder("kills");
  const wrong: string[] = [];
  const said: string[] = [];
  try {
    for (const [index, scene] of scenes.entries()) {
      const kills = Math.floor((tries + scenes.length - 1 - index) / scenes.length);
      if (kills === 0) continue;
      const { complete, faults } = await storm(scene, join(scratch, scene.name), kills, seed);
      wrong.push(...faults.map((fault) => `${scene.name}: ${fault}`));
      said.push(`${scene.name} ${kills} times, ${complete} runs to the end`);
      onProgress?.(`${said.at(-1)}, ${faults.length} faults`);
    }
  } finally {
    await remove();
  }
  return { tried: tries, said: `killed ${said.join("; ")}`, wrong };
}

/** A folder in which a scene is played: its results, and the temporary files of its processes. */
class Place {
  readonly results: string;
  readonly temporary: string;

  constructor(readonly folder: string, readonly scene: Scene) {
    [this.results, this.temporary] = [join(folder, "results"), join(folder, "temporary")];
    for (const each of [this.results, this.temporary]) mkdirSync(each, { recursive: true });
    scene.prepare?.(folder);
  }

  /** Plays the scene once; after `killAfter` milliseconds it is killed. */
  async play(killAfter = Infinity): Promise<{ status: number | null; killed: boolean; words: string }> {
    const child = spawnBound(process.execPath, ["run", "-A", ...this.scene.command(this.folder)], {
      cwd: ROOT,
      env: {
        ...process.env,
        ...{ WEIGHTSHARE_RESULTS: this.results, TMPDIR: this.temporary, NO_COLOR: "1" },
        [MARK]: this.folder,
      },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let words = "";
    child.stderr?.on("data", (text) => words = (words + text).slice(-2000));
    let killed = false;
    const kill = () => killed = child.kill("SIGKILL");
    const timer = killAfter === Infinity ? undefined : setTimeout(kill, killAfter);
    const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
    clearTimeout(timer);
    return { status, killed, words };
  }

  /** Everything that is there, by path. */
  content(): Map<string, string> {
    return contentOf(this.folder);
  }

  clear(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Kills a scene so many times, lets it end each time that nothing is left to be killed, and lists what was wrong. */
async function storm(scene: Scene, folder: string, kills: number, seed: number) {
  const faults: string[] = [];
  const random = randomStream(seed, "kills", scene.name);
  const calm = new Place(join(folder, "calm"), scene);
  const since = performance.now();
  const first = await calm.play();
  const took = performance.now() - since;
  if (first.status !== 0) return { complete: 0, faults: [`undisturbed it fails: ${first.words}`] };
  const expected = calm.content();
  let complete = 0;
  for (let done = 0; done < kills;) {
    const place = new Place(join(folder, `stormy-${complete}`), scene);
    const series = Math.min(kills - done, randomInt(random, 1, KILLS_IN_A_ROW));
    for (let kill = 0; kill < series; kill++) {
      const { killed } = await place.play(randomInt(random, 0, Math.ceil(took)));
      const left = await processesLeft(place.folder);
      if (left.length > 0) faults.push(`after kill ${done + 1} there still runs ${left.join(", ")}`);
      if (killed) done++;
    }
    const last = await place.play();
    if (last.status !== 0) faults.push(`after ${series} kills it fails: ${last.words}`);
    faults.push(...differences(expected, place.content()).map((each) => `after ${series} kills ${each}`));
    place.clear();
    complete++;
  }
  return { complete, faults };
}

const KILLS_IN_A_ROW = 4;

/** The command lines of the processes that bear the mark of `folder` after a moment of grace. */
async function processesLeft(folder: string): Promise<string[]> {
  const deadline = performance.now() + GRACE_MILLISECONDS;
  for (;;) {
    const left = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((pid) =>
      marked(pid, folder)
    );
    if (left.length === 0 || performance.now() > deadline) return left;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function marked(pid: string, folder: string): string[] {
  try {
    if (!readFileSync(`/proc/${pid}/environ`, "utf8").includes(`${MARK}=${folder}\0`)) return [];
    return [readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim()].filter(Boolean);
  } catch {
    return []; // it ended meanwhile, or is another user's
  }
}
