/** What must be so before tfjs-node is loaded; import this first. */
import { availableParallelism } from "node:os";
import process from "node:process";
import util from "node:util";
import { prepare } from "../environment.ts";

// tfjs-node calls util.isNullOrUndefined, which is gone from current Node and from Deno.
const target = util as unknown as Record<string, unknown>;
target["isNullOrUndefined"] ??= (value: unknown): boolean => value === null || value === undefined;

// Results are reproducible for a fixed number of threads only, so that it is always said.
prepare("TF_NUM_INTRAOP_THREADS", String(availableParallelism()));
// Left alone, TensorFlow switches oneDNN on or off by the processor: other bits and another speed, unsaid.
prepare("TF_ENABLE_ONEDNN_OPTS", "1");
process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "2";
