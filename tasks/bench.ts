import { availableParallelism, cpus } from "node:os";
import { resolve } from "node:path";
import { benchWorkload } from "../bench/bench.ts";
import { busyCores } from "../bench/busy.ts";
import { DENSITIES } from "../bench/densities.ts";
import { setUpPeers } from "../bench/peers/setup.ts";
import { type Result, rowsOf } from "../bench/rows.ts";
import { resize, type Sizes, type WorkloadSpec } from "../bench/spec.ts";
import { sweep, type SweepPoint } from "../bench/sweeps.ts";
import { sweepTable, tableOf } from "../bench/table.ts";
import { AVAILABLE } from "../bench/workloads/all.ts";
import { UsageError } from "../lib/errors.ts";
import { writeWhole } from "../lib/files.ts";
import { runCommand } from "./command.ts";

interface Options {
  workload?: string[];
  peers?: boolean;
  repeats: string;
  threads: string;
  batch?: string;
  width?: string;
  T?: string;
  density?: string;
  sweep?: boolean;
  json?: boolean;
  output?: string;
}

/** How long to look for other work before the benchmark begins. */
const LOOK_MILLISECONDS = 1500;
/** More busy cores than this before the benchmark begins spoil it. */
const QUIET = 0.25;

await runCommand((command) =>
  command
    .name("deno task bench")
    .description("Times workloads and what they take of memory, alone or in turns with other libraries.")
    .option("--workload <name...>", "only these workloads")
    .option("--peers", "compare with PyTorch, SpikingJelly and plain TensorFlow.js (set up on first use)")
    .option("--repeats <n>", "timed steps of each side, after two warm-ups", "7")
    .option("--threads <n>", "threads of every side", "2")
    .option("--batch <n>", "images of a step, instead of the workload's own")
    .option("--width <factor>", "multiplies the width of every layer")
    .option("--T <n>", "time steps of the spiking workloads")
    .option(
      "--density <rate>",
      "spikes per neuron and time step of every layer, instead of a trained network's",
    )
    .option("--sweep", "how time grows with T, batch, width and density: the spiking workloads, ours alone")
    .option("--json", "print the rows as JSON")
    .option("--output <file>", "also write everything that was measured, as JSON")
    .action(bench)
);

async function bench(options: Options): Promise<void> {
  const specs = choose(options.workload).map((spec) => resize(spec, sizesOf(options)));
  const repeats = whole("--repeats", options.repeats);
  const threads = whole("--threads", options.threads);
  const peers = options.peers === true;
  if (peers) await setUpPeers();
  const busy = await busyCores(LOOK_MILLISECONDS);
  if (busy > QUIET) warnOf(busy);
  if (options.sweep === true) {
    const points: SweepPoint[] = [];
    for await (const point of sweep(specs, { repeats, threads, log: (line) => console.error(line) })) {
      points.push(point);
      keep({ points }, options, { repeats, threads, busy });
    }
    return console.log(options.json === true ? JSON.stringify(points, null, 1) : sweepTable(points));
  }
  const results: Result[] = [];
  for (const spec of specs) {
    results.push(await benchWorkload(spec, { repeats, threads, peers, log: (line) => console.error(line) }));
    keep({ results }, options, { repeats, threads, busy });
  }
  if (options.json === true) console.log(JSON.stringify(results.flatMap(rowsOf), null, 1));
  else console.log(`${tableOf(results)}\n\n${explanation(threads, repeats)}`);
}

function choose(names: readonly string[] | undefined): WorkloadSpec[] {
  if (names === undefined) return [...AVAILABLE];
  return names.map((name) => {
    const spec = AVAILABLE.find((known) => known.name === name);
    if (spec !== undefined) return spec;
    const known = AVAILABLE.map((available) => available.name).join(", ");
    throw new UsageError(`Reading --workload ${name}: there is no such workload; use one of ${known}.`);
  });
}

function sizesOf({ batch, width, T, density }: Options): Sizes {
  return {
    ...(batch === undefined ? {} : { batch: whole("--batch", batch) }),
    ...(width === undefined ? {} : { width: positive("--width", width, Infinity) }),
    ...(T === undefined ? {} : { T: whole("--T", T) }),
    ...(density === undefined ? {} : { density: positive("--density", density, 1) }),
  };
}

function whole(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new UsageError(`Reading ${option} ${text}: it must be a whole number of at least 1.`);
}

function positive(option: string, text: string, maximum: number): number {
  const value = Number(text);
  if (value > 0 && value <= maximum && Number.isFinite(value)) return value;
  const bound = maximum === Infinity ? "" : ` and at most ${maximum}`;
  throw new UsageError(`Reading ${option} ${text}: it must be a number above 0${bound}.`);
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
  measured: { results: Result[] } | { points: SweepPoint[] },
  { output }: Options,
  { repeats, threads, busy }: { repeats: number; threads: number; busy: number },
): void {
  if (output === undefined) return;
  const machine = {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    threads,
    busyCores: busy,
  };
  writeWhole(
    resolve(output),
    `${JSON.stringify({ machine, repeats, densities: DENSITIES, ...measured }, null, 1)}\n`,
  );
}
