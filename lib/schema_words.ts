import type { z } from "zod";

/** What is wrong with a value that does not fit its schema: each field by its path, what it is and what it must be. */
export function inWords(value: unknown, issues: readonly z.core.$ZodIssue[]): string {
  return oneEach(issues).map((issue) => describe(value, issue)).join("; ");
}

/** The first thing that is wrong with each field. */
function oneEach(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  return [...new Map(issues.toReversed().map((issue) => [issue.path.join("."), issue])).values()].reverse();
}

function describe(value: unknown, issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `${path && `${path}.`}${key} is unknown`).join("; ");
  }
  const found = issue.path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown>)?.[key],
    value,
  );
  const is = found === undefined ? "is not given" : `is ${shown(found)}`;
  return `${path || "it"} ${is}, but ${allowed(issue, found)}`;
}

/** JSON has no NaN and no infinity. */
function shown(value: unknown): string {
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

/** What a value must be, in words, where it is not "a" and the type's name. */
const KINDS: Partial<Record<z.core.$ZodInvalidTypeExpected, string>> = {
  int: "a whole number",
  array: "a list, [...]",
  tuple: "a list, [...]",
  object: "a group of fields",
  record: "a group of fields",
  string: "a word",
  boolean: "true or false",
};

function allowed(issue: z.core.$ZodIssue, found: unknown): string {
  switch (issue.code) {
    case "too_small":
      if (issue.origin === "array") return `must have ${issue.minimum} or more entries`;
      return `must be ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}`;
    case "too_big":
      if (issue.origin === "array") return `must have ${issue.maximum} or fewer entries`;
      return `must be ${issue.inclusive ? "at most" : "less than"} ${issue.maximum}`;
    case "invalid_value":
      return `must be ${issue.values.length === 1 ? "" : "one of "}${issue.values.join(", ")}`;
    case "invalid_type":
      if (typeof found === "number" && !Number.isFinite(found)) return "must be a finite number";
      return `must be ${KINDS[issue.expected] ?? `a ${issue.expected}`}`;
    case "invalid_union":
      if (!("options" in issue) || issue.options === undefined) return "must be of a kind that is known";
      return `must be one of ${issue.options.join(", ")}`;
    default:
      return issue.message;
  }
}
