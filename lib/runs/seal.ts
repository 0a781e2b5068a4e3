import { createHash } from "node:crypto";
import { canonicalJson } from "./config/config.ts";
import type { RunRecord } from "./record.ts";

/** SHA-256 of a value's canonical JSON, so that a digit changed in a file is seen. */
export function sumOf(value: unknown): string {
  // What JSON leaves out, this leaves out as well.
  return createHash("sha256").update(canonicalJson(JSON.parse(JSON.stringify(value)))).digest("hex");
}

/** The record with the sum of all else that it holds, whatever sum it had. */
export function sealed(record: RunRecord): RunRecord {
  const { sum: _sum, ...provenance } = record.provenance;
  return { ...record, provenance: { ...provenance, sum: sumOf({ ...record, provenance }) } };
}

/** Refuses a record whose sum is not that of what it holds; those of older versions have none. */
export function requireSeal(record: RunRecord): void {
  const { sum, ...provenance } = record.provenance;
  if (sum === undefined || sum === sumOf({ ...record, provenance })) return;
  throw new Error("it was altered: its content has another sum than it says (provenance.sum)");
}
