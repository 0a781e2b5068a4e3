/** Writes what every side of a workload starts from: `prepare.ts SPEC FILE`. A process of its own, so that none else pays. */
import process from "node:process";
import { writeWhole } from "../../lib/files.ts";
import { packSafetensors } from "../../lib/ops/safetensors.ts";
import { run } from "../../tasks/main.ts";
import { isFashion, type WorkloadSpec } from "../spec.ts";
import type { Inputs } from "../workload.ts";
import { fashionInputs } from "./fashion.ts";
import { kernelSharingInputs } from "./kernel_sharing.ts";

await run(() => {
  const [spec, file] = process.argv.slice(2) as [string, string];
  const parsed = JSON.parse(spec) as WorkloadSpec;
  const inputs = inputsOf(parsed);
  writeWhole(file, packSafetensors(inputs));
  return Promise.resolve();
});

/** A run of the study and a single layer make their own. */
function inputsOf(spec: WorkloadSpec): Inputs {
  if (spec.kind === "epoch" || spec.kind === "spike-depthwise") return new Map();
  return isFashion(spec) ? fashionInputs(spec) : kernelSharingInputs(spec);
}
