/** Our side of a benchmark in one process: a workload set up once, then one step for every line "step" (bench/side.ts). */
import { readFileSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { writeWhole } from "../lib/files.ts";
import { kernelsInUse } from "../lib/ops/kernels.ts";
import { packSafetensors, readSafetensors } from "../lib/ops/safetensors.ts";
import { tensorflowVersion } from "../lib/ops/tensorflow.ts";
import { run } from "../tasks/main.ts";
import { watchOperations } from "./operations.ts";
import { measurePeaks } from "./peaks.ts";
import type { Request, Step } from "./side.ts";
import type { Running } from "./workload.ts";
import { workloadOf } from "./workloads/all.ts";

const AGAIN = "run the benchmark again";

await run(async () => {
  const request = JSON.parse(process.argv[2] as string) as Request;
  const versions = `TensorFlow ${tensorflowVersion()}, kernels ${kernelsInUse()}`;
  const baselineMemory = memory().residentMemory;
  const running = await setUp(request);
  answer({ ready: true, versions, baselineMemory });
  for await (const line of createInterface({ input: process.stdin })) answer(await obey(running, line));
  running.dispose();
});

/** The file's bytes are let go once the tensors are made. */
async function setUp(request: Request): Promise<Running> {
  const inputs = readSafetensors(request.inputs, AGAIN).tensors;
  return await workloadOf(request, inputs).setUp();
}

async function obey(running: Running, line: string): Promise<object> {
  const [command, argument = ""] = line.split(" ");
  if (command === "step") return await step(running);
  if (command === "operations") return await watchOperations(() => running.step());
  if (command === "peaks") return measurePeaks();
  const spikes = running.spikes?.();
  if (command !== "spikes" || spikes === undefined) throw new Error(`This side cannot do "${line}".`);
  writeWhole(argument, packSafetensors(spikes));
  return { saved: true };
}

async function step(running: Running): Promise<Step> {
  const start = performance.now();
  const cpu = process.cpuUsage();
  const value = await running.step();
  const milliseconds = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { milliseconds, cpuMilliseconds: (user + system) / 1000, value, ...memory() };
}

/** The largest resident memory of this process so far and the present one, bytes. */
function memory(): Pick<Step, "peakMemory" | "residentMemory"> {
  const status = readFileSync("/proc/self/status", "utf8");
  const bytes = (field: string) =>
    Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? NaN) * 1024;
  return { peakMemory: bytes("VmHWM"), residentMemory: bytes("VmRSS") };
}

function answer(value: object): void {
  console.log(JSON.stringify(value));
}
