import { cpus } from "node:os";

/** How many cores other work keeps busy, seen over some milliseconds in which this process rests. */
export async function busyCores(milliseconds: number): Promise<number> {
  const before = cpus();
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  return busyBetween(before.map(({ times }) => times), cpus().map(({ times }) => times));
}

/** Milliseconds that a core has spent in each way since the machine started. */
export type CoreTimes = Readonly<Record<"user" | "nice" | "sys" | "idle" | "irq", number>>;

/** Cores busy on average between two readings. */
export function busyBetween(before: readonly CoreTimes[], after: readonly CoreTimes[]): number {
  return after.reduce((sum, times, core) => {
    const earlier = before[core] as CoreTimes;
    const idle = times.idle - earlier.idle;
    const all = total(times) - total(earlier);
    return all > 0 ? sum + 1 - idle / all : sum;
  }, 0);
}

function total({ user, nice, sys, idle, irq }: CoreTimes): number {
  return user + nice + sys + idle + irq;
}
