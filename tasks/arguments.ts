/** How values of the command line are read: commander's argument parsers. */
import { UsageError } from "../lib/errors.ts";
import { fromUser } from "./user_path.ts";

/** Cores of one machine, at most. */
export const MOST_CPUS = 4096;

/** A path, made absolute. */
export function path(text: string): string {
  return fromUser(text);
}

/** Several values, each by `parse`; the same one twice is refused. */
export function each<Value>(parse: (text: string) => Value): (text: string, before?: Value[]) => Value[] {
  return (text, before = []) => {
    const value = parse(text);
    if (!before.includes(value)) return [...before, value];
    throw new UsageError(`Reading the command line: "${text}" is given twice; give it once.`);
  };
}

/** A whole number within bounds, both included; `what` is named by the error. */
export function whole(what: string, minimum: number, maximum: number = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= minimum && value <= maximum) return value;
    const bound = maximum === Number.MAX_SAFE_INTEGER
      ? `of at least ${minimum}`
      : `from ${minimum} to ${maximum}`;
    throw new UsageError(`Reading ${what} ${text}: it must be a whole number ${bound}.`);
  };
}

/** A number above 0 and at most `maximum`; `what` is named by the error. */
export function positive(what: string, maximum: number) {
  return (text: string): number => {
    const value = text.trim() === "" ? NaN : Number(text);
    if (value > 0 && value <= maximum && Number.isFinite(value)) return value;
    const bound = maximum === Infinity ? "" : ` and at most ${maximum}`;
    throw new UsageError(`Reading ${what} ${text}: it must be a number above 0${bound}.`);
  };
}

/** The address of a folder of the web. */
export function webFolder(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? "")) return text;
  throw new UsageError(
    `Reading "${text}": it is no address of a web folder; write http://... or https://...`,
  );
}

/** The name among those that an option takes, or nothing where it was not given. */
export function oneOf<Name extends string>(
  option: string,
  name: string | undefined,
  names: readonly Name[],
): Name | undefined {
  const found = names.find((one) => one === name);
  if (found !== undefined || name === undefined) return found;
  throw new UsageError(`Reading ${option} ${name}: it is unknown; use one of ${names.join(", ")}.`);
}
