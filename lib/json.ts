import { FailureError, messageOf } from "./errors.ts";
import { type FileKind, readBytes } from "./files.ts";

/**
 * Gives a parsed value its type, or throws a `ShapeError` that names the field. Written here rather than with a library,
 * since the set-up reads its files before any package is installed.
 */
export type Shape<T> = (value: unknown) => T;

/** A JSON file that is read: what it is, what it holds and what fixes it. */
export interface JsonKind<T> extends FileKind {
  shape: Shape<T>;
}

/** The value in a JSON file, checked; whatever is wrong with the file ends in one sentence that names it. */
export function readJson<T>(path: string, kind: JsonKind<T>): T {
  const bytes = readBytes(path, kind);
  try {
    return kind.shape(parseJson(bytes));
  } catch (error) {
    throw new FailureError(`Reading ${kind.what} ${path}: ${messageOf(error)}; ${kind.fix}.`);
  }
}

/** The value of JSON text in UTF-8; the error is a clause that says what is wrong with it: "it is cut short". */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length === 0) throw new Error("it is empty");
  if (bytes.includes(0)) throw new Error("it holds zero bytes instead of text");
  const text = decoded(bytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(complaint(text, messageOf(error)));
  }
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error("it is not text in UTF-8");
  }
}

function complaint(text: string, reason: string): string {
  const position = Number(/position (\d+)/.exec(reason)?.[1] ?? NaN);
  if (/end of JSON input|unterminated/i.test(reason) || position >= text.length) return "it is cut short";
  if (Number.isNaN(position)) return "it is not JSON";
  return `it is not JSON from line ${text.slice(0, position).split("\n").length} on`;
}

/** A value of another shape than is wanted, and where. */
class ShapeError extends Error {
  constructor(readonly problem: string, readonly path: readonly string[] = []) {
    super(path.length === 0 ? `it ${problem}` : `its "${path.join(".")}" ${problem}`);
  }
}

function refuse(value: unknown, wanted: string): never {
  if (value === undefined) throw new ShapeError(`is missing; it must be ${wanted}`);
  const text = JSON.stringify(value) ?? String(value);
  throw new ShapeError(`is ${text.length > 40 ? `${text.slice(0, 40)}...` : text}, but must be ${wanted}`);
}

function within<T>(key: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new ShapeError(error.problem, [key, ...error.path]);
  }
}

/** A value of which `accepts` is true; `wanted` says which those are. */
export function value<T>(wanted: string, accepts: (value: unknown) => boolean): Shape<T> {
  return (value) => accepts(value) ? value as T : refuse(value, wanted);
}

export const text: Shape<string> = value("a text", (value) => typeof value === "string");
export const flag: Shape<boolean> = value("true or false", (value) => typeof value === "boolean");
export const finite: Shape<number> = value("a number", Number.isFinite);
export const natural: Shape<number> = value(
  "a whole number from 0 up",
  (value) => Number.isSafeInteger(value) && value as number >= 0,
);
export const sha256Text: Shape<string> = value(
  "64 hexadecimal digits",
  (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value),
);

/** One of some texts. */
export function oneOf<T extends string>(...choices: readonly T[]): Shape<T> {
  return value(`one of ${choices.join(", ")}`, (value) => choices.includes(value as T));
}

/** A value that may be null. */
export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value) => value === null ? null : shape(value);
}

/** A field that may be absent. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value) => value === undefined ? undefined : shape(value);
}

/** A list whose every item has the shape. */
export function listOf<T>(shape: Shape<T>): Shape<T[]> {
  return (value) => {
    if (!Array.isArray(value)) return refuse(value, "a list");
    value.forEach((item, index) => within(String(index), () => shape(item)));
    return value as T[];
  };
}

/** An object under whose every name lies a value of the shape. */
export function mapOf<T>(shape: Shape<T>): Shape<Record<string, T>> {
  return (value) => {
    const object = asObject(value);
    for (const [key, item] of Object.entries(object)) within(key, () => shape(item));
    return object as Record<string, T>;
  };
}

/** An object with these fields; what else it holds is kept and not looked at. */
export function fields<S extends Record<string, Shape<unknown>>>(
  shapes: S,
): Shape<{ [Key in keyof S]: ReturnType<S[Key]> }> {
  return (value) => {
    const object = asObject(value);
    for (const [key, shape] of Object.entries(shapes)) {
      within(key, () => shape(Object.hasOwn(object, key) ? object[key] : undefined));
    }
    return object as { [Key in keyof S]: ReturnType<S[Key]> };
  };
}

function asObject(value: unknown): Record<string, unknown> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? value as Record<string, unknown> : refuse(value, "an object");
}

/** JSON where it is JSON (numbers, true, null, lists, objects), else the text itself. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
