/** What must be so before tfjs-node is loaded; import this first. */
import { availableParallelism } from "node:os";
import util from "node:util";

// tfjs-node calls util.isNullOrUndefined, which is gone from current Node and from Deno.
const target = util as unknown as Record<string, unknown>;
target["isNullOrUndefined"] ??= (value: unknown): boolean => value === null || value === undefined;

// One thread a core, said explicitly because results are reproducible for a fixed count only.
process.env["TF_NUM_INTRAOP_THREADS"] ??= String(availableParallelism());
process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "2";
