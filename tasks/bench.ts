import { existsSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join, resolve } from "node:path";
import { benchWorkload, type Breakdown, breakDown } from "../bench/bench.ts";
import { busyCores } from "../bench/busy.ts";
import { DENSITIES } from "../bench/densities.ts";
import { setUpPeers } from "../bench/peers/setup.ts";
import { type Result, rowsOf } from "../bench/rows.ts";
import { isFashion, isSpiking, resize, type Sizes, type WorkloadSpec } from "../bench/spec.ts";
import { sweep, type SweepPoint } from "../bench/sweeps.ts";
import { breakdownTable, sweepTable, tableOf } from "../bench/table.ts";
import { AVAILABLE } from "../bench/workloads/all.ts";
import { Attempts } from "../lib/attempts.ts";
import { UsageError } from "../lib/errors.ts";
import { writeWhole } from "../lib/files.ts";
import { widestVectors } from "../lib/processor.ts";
import { each, path, positive, whole } from "./arguments.ts";
import { requireWritableFile } from "./files.ts";
import { defineTask, runTask } from "./task.ts";

interface Options extends Sizes {
  workload: WorkloadSpec[];
  peers?: boolean;
  against?: string;
  repeats: number;
  threads: number;
  sweep?: boolean;
  operations?: boolean;
  json?: boolean;
  output?: string;
}

interface Plan {
  specs: WorkloadSpec[];
  peers: boolean;
  against?: string;
  repeats: number;
  threads: number;
  sweep: boolean;
  operations: boolean;
  json: boolean;
  output?: string;
}

/** How long to look for other work before the benchmark begins. */
const LOOK_MILLISECONDS = 1500;
/** More busy cores than this before the benchmark begins spoil it. */
const QUIET = 0.25;

const NAMES = AVAILABLE.map(({ name }) => name).join(", ");

/** `deno task bench`. */
export const benchTask = defineTask({
  name: "bench",
  description: "Times workloads and what they take of memory, alone or in turns with other libraries.",
  declare: (command) =>
    command
      .option("--workload <name...>", `only these workloads; there are ${NAMES}`, each(workload), [])
      .option("--peers", "compare with PyTorch, SpikingJelly and plain TensorFlow.js (set up on first use)")
      .option(
        "--against <folder>",
        "in turns with a checkout of another commit (bench/README.md says how)",
        path,
      )
      .option("--repeats <n>", "timed steps of each side, after two warm-ups", whole("--repeats", 1), 7)
      .option("--threads <n>", "threads of every side", whole("--threads", 1), 2)
      .option("--batch <n>", "images of a step, instead of the workload's own", whole("--batch", 1))
      .option("--width <factor>", "multiplies the width of every layer", positive("--width", Infinity))
      .option("--T <n>", "time steps of the spiking workloads", whole("--T", 1))
      .option(
        "--density <rate>",
        "spikes per neuron and time step of every layer, instead of a trained network's",
        positive("--density", 1),
      )
      .option("--sweep", "how time grows with T, batch, width and density: the spiking workloads, ours alone")
      .option(
        "--operations",
        "where a step's time goes: every operation's share, and what it reaches of the machine's peaks; ours alone",
      )
      .option("--json", "print the rows as JSON")
      .option("--output <file>", "also write everything that was measured, as JSON", path),
  plan(options: Options): Plan {
    const { workload, peers = false, sweep = false, operations = false, json = false } = options;
    const { repeats, threads, against, output } = options;
    const specs = workload.length > 0 ? workload : [...AVAILABLE];
    refuseIgnored(specs, options);
    if (output !== undefined) requireWritableFile(output);
    const sized = specs.map((spec) => resize(spec, options));
    return {
      specs: sized,
      peers,
      sweep,
      operations,
      json,
      repeats,
      threads,
      ...(against === undefined ? {} : { against: requireCheckout(against) }),
      ...(output === undefined ? {} : { output }),
    };
  },
  act: bench,
});

/** Options that would change nothing are no options. */
function refuseIgnored(
  specs: readonly WorkloadSpec[],
  { peers, against, sweep, operations, T, density }: Options,
): void {
  const asked = {
    "--peers": peers,
    "--against": against !== undefined,
    "--sweep": sweep,
    "--operations": operations,
  };
  const modes = Object.entries(asked).filter(([, given]) => given).map(([option]) => option);
  if (modes.length > 1 && (sweep || operations)) {
    throw new UsageError(
      `Reading ${modes.join(" ")}: sweeps and operations are measured of our side alone; give one of them.`,
    );
  }
  const given = sweep ? "--sweep" : T !== undefined ? "--T" : density !== undefined ? "--density" : undefined;
  const takes = sweep ? isFashion : isSpiking;
  if (given === undefined || specs.some(takes)) return;
  const spiking = AVAILABLE.filter(takes).map(({ name }) => name).join(", ");
  throw new UsageError(`Reading ${given}: it is for spiking workloads; name one of ${spiking}.`);
}

async function bench(plan: Plan): Promise<void> {
  const { specs, repeats, threads, peers, json } = plan;
  if (peers) await setUpPeers();
  const busy = await busyCores(LOOK_MILLISECONDS);
  if (busy > QUIET) warnOf(busy);
  if (plan.sweep) return await benchSweep(plan, busy);
  if (plan.operations) return await benchOperations(plan, busy);
  const attempts = new Attempts("Timing workloads", specs.length);
  const results: Result[] = [];
  const against = plan.against === undefined ? {} : { against: plan.against };
  const options = { repeats, threads, peers, ...against, log: (line: string) => console.error(line) };
  for (const spec of specs) {
    await attempts.make(spec.name, async () => {
      results.push(await benchWorkload(spec, options));
      keep({ results }, plan, busy);
    });
  }
  if (json) console.log(JSON.stringify(results.flatMap(rowsOf), null, 1));
  else console.log(`${tableOf(results)}\n\n${explanation(threads, repeats)}`);
  attempts.end();
}

async function benchSweep(plan: Plan, busy: number): Promise<void> {
  const { specs, repeats, threads, json } = plan;
  const points: SweepPoint[] = [];
  for await (const point of sweep(specs, { repeats, threads, log: (line) => console.error(line) })) {
    points.push(point);
    keep({ points }, plan, busy);
  }
  console.log(json ? JSON.stringify(points, null, 1) : sweepTable(points));
}

async function benchOperations(plan: Plan, busy: number): Promise<void> {
  const { specs, repeats, threads, json } = plan;
  const attempts = new Attempts("Timing operations", specs.length);
  const breakdowns: Breakdown[] = [];
  for (const spec of specs) {
    await attempts.make(spec.name, async () => {
      breakdowns.push(await breakDown(spec, { repeats, threads, log: (line) => console.error(line) }));
      keep({ breakdowns }, plan, busy);
    });
  }
  console.log(json ? JSON.stringify(breakdowns, null, 1) : breakdownTable(breakdowns));
  attempts.end();
}

/** The absolute path of a checkout that can be measured. */
function requireCheckout(folder: string): string {
  const root = resolve(folder);
  if (existsSync(join(root, "bench", "child.ts"))) return root;
  throw new UsageError(
    `Reading --against ${folder}: it holds no bench/child.ts, but must be a checkout of this project; give its folder.`,
  );
}

function workload(name: string): WorkloadSpec {
  const spec = AVAILABLE.find((known) => known.name === name);
  if (spec !== undefined) return spec;
  throw new UsageError(`Reading --workload ${name}: there is no such workload; use one of ${NAMES}.`);
}

function warnOf(busy: number): void {
  console.error(
    `Other work keeps ${
      busy.toFixed(1)
    } cores busy: no number below can be trusted, and ratios flatter us, because ` +
      "PyTorch's threads wait for each other at every operation; end it and run the benchmark again.",
  );
}

function explanation(threads: number, repeats: number): string {
  return [
    `${
      cpus()[0]?.model ?? "unknown CPU"
    }, ${threads} threads on every side, float32; medians of ${repeats} steps taken in turns.`,
    "Speed ratio: their time over ours, above 1 we are faster; memory ratio: our peak over theirs, below 1 we need less.",
    "Peak: largest resident memory of the side's whole process; loaded: the part its libraries take before anything is built.",
    `Spikes as dense as in record ${DENSITIES.record} (${
      (100 * DENSITIES.argmax).toFixed(2)
    } % on ${DENSITIES.evaluatedOn} images; ${DENSITIES.from}), unless --density says otherwise.`,
  ].join("\n");
}

/** Writes everything that was measured, and on what. */
function keep(
  measured: { results: Result[] } | { points: SweepPoint[] } | { breakdowns: Breakdown[] },
  { output, repeats, threads }: Plan,
  busy: number,
): void {
  if (output === undefined) return;
  const machine = {
    cpu: cpus()[0]?.model ?? "unknown",
    vectors: widestVectors(),
    cores: availableParallelism(),
    threads,
    busyCores: busy,
  };
  writeWhole(
    output,
    `${JSON.stringify({ machine, repeats, densities: DENSITIES, ...measured }, null, 1)}\n`,
  );
}

if (import.meta.main) await runTask(benchTask);
