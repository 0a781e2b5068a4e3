import { readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import process from "node:process";

// npx hands SIGTERM to a shell that does not hand it on, and SIGKILL reaches nobody else: the command the user sees has
// ended, its work goes on. So the work watches the programs between itself and the user.

const LOOK_MILLISECONDS = 1000;

/** Ends of processes that lie so close together have one cause. */
const SAME_MILLISECONDS = 3000;

interface Stat {
  parent: number;
  session: number;
  /** Tells a process from a later one of the same id. */
  started: string;
}

/** What the system knows of a process that has not ended. */
function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    return { parent: Number(fields[1]), session: Number(fields[3]), started: String(fields[19]) };
  } catch {
    return undefined;
  }
}

/** A process and when it was seen to have ended. */
class Watched {
  readonly #started: string | undefined;
  endedAt: number | undefined;

  constructor(readonly pid: number) {
    this.#started = statOf(pid)?.started;
  }

  look(): void {
    if (this.endedAt === undefined && statOf(this.pid)?.started !== this.#started) {
      this.endedAt = performance.now();
    }
  }
}

/** npx, npm and Deno as the runner of tasks, from the nearest up; shells that they start stand in between. */
function wrappersAbove(pid: number): number[] {
  const found: number[] = [];
  for (let at = statOf(pid)?.parent ?? 0; at > 1; at = statOf(at)?.parent ?? 0) {
    const words = commandOf(at);
    if (/^(node|deno) .*\btask /.test(words)) found.push(at);
    else if (!/^\w*sh .*-c /.test(words)) break;
  }
  return found;
}

/** "node npm exec deno task train": the program's own name, then its command line. */
function commandOf(pid: number): string {
  try {
    const program = basename(readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, ""));
    return `${program} ${readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")}`;
  } catch {
    return "";
  }
}

/**
 * Sends this process SIGTERM once npx or `deno task`, through which it was started, has been killed. Where the session's
 * shell ended at the same moment it was the terminal that was closed: then work under nohup goes on.
 */
export function stopWithStarter(): void {
  const wrappers = wrappersAbove(process.pid).map((pid) => new Watched(pid));
  const leader = new Watched(statOf(process.pid)?.session ?? 0);
  if (wrappers.length === 0) return;
  const own = wrappers.some(({ pid }) => pid === leader.pid);
  const timer = setInterval(() => {
    for (const each of [leader, ...wrappers]) each.look();
    const endedAt = Math.min(...wrappers.map((wrapper) => wrapper.endedAt ?? Infinity));
    if (performance.now() - endedAt < SAME_MILLISECONDS || endedAt === Infinity) return;
    clearInterval(timer);
    const closed = !own && Math.abs((leader.endedAt ?? Infinity) - endedAt) <= SAME_MILLISECONDS;
    if (!closed) process.kill(process.pid, "SIGTERM");
  }, LOOK_MILLISECONDS);
  timer.unref();
}
