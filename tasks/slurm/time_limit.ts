import { UsageError } from "../../lib/errors.ts";

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

/** How Slurm writes a time, and what each part counts. */
const FORMS: readonly { form: RegExp; units: readonly number[] }[] = [
  { form: /^(\d+)$/, units: [MINUTE] },
  { form: /^(\d+):(\d+)$/, units: [MINUTE, 1] },
  { form: /^(\d+):(\d+):(\d+)$/, units: [HOUR, MINUTE, 1] },
  { form: /^(\d+)-(\d+)$/, units: [DAY, HOUR] },
  { form: /^(\d+)-(\d+):(\d+)$/, units: [DAY, HOUR, MINUTE] },
  { form: /^(\d+)-(\d+):(\d+):(\d+)$/, units: [DAY, HOUR, MINUTE, 1] },
];

/** Slurm counts minutes. */
const LONGEST = 365 * DAY;

/** The seconds of a time limit as Slurm reads it: "90" is 90 minutes, "24:00:00" and "1-0" a day. */
export function timeLimit(text: string): number {
  for (const { form, units } of FORMS) {
    const parts = form.exec(text)?.slice(1).map(Number);
    const seconds = parts?.reduce((sum, part, index) => sum + part * (units[index] as number), 0);
    if (seconds !== undefined && seconds >= MINUTE && seconds <= LONGEST) return seconds;
  }
  throw new UsageError(
    `Reading --time ${text}: it must be a time of a minute to a year as Slurm writes it, e.g. 90 (minutes), 24:00:00 or ` +
      `2-12:00:00 (days).`,
  );
}

/** As Slurm writes it: "24:00:00" or "2-12:00:00". */
export function timeLimitText(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const days = Math.floor(seconds / DAY);
  const [hours, minutes, rest] = [
    Math.floor(seconds % DAY / HOUR),
    Math.floor(seconds % HOUR / MINUTE),
    seconds % 60,
  ];
  return `${days > 0 ? `${days}-` : ""}${two(hours)}:${two(minutes)}:${two(rest)}`;
}

/** How long before the limit a task is told to stop: two minutes, or a tenth of a shorter limit. */
export function warningSeconds(limit: number): number {
  return Math.min(120, Math.floor(limit / 10));
}

/** A task that was told to stop after so many seconds has used up its limit: Slurm may tell it a minute early. */
export function usedUp(limit: number): number {
  return Math.max(Math.floor(limit / 2), limit - warningSeconds(limit) - MINUTE);
}
