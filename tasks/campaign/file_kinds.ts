import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { readDensities } from "../../bench/densities.ts";
import { parseCifarBinary } from "../../lib/data/cifar/binary.ts";
import { IMAGE_BYTES } from "../../lib/data/cifar/canonical.ts";
import { parseCifarPickle } from "../../lib/data/cifar/python.ts";
import { readManifest } from "../../lib/data/manifest.ts";
import { readVerified } from "../../lib/data/verify.ts";
import { loadCheckpoint, saveCheckpoint } from "../../lib/runs/checkpoint.ts";
import type { RunRecord } from "../../lib/runs/record.ts";
import { sealed } from "../../lib/runs/seal.ts";
import { readRecord } from "../../lib/runs/store.ts";
import { readWeights, writeWeights } from "../../lib/runs/weights.ts";
import { readBytes } from "../../lib/files.ts";
import { packSafetensors, readSafetensors } from "../../lib/ops/safetensors.ts";
import { ROOT } from "../../lib/paths.ts";
import { committedBenchmarks } from "../../lib/report/bench/measurements.ts";
import { readNotebook } from "../../lib/report/notebook_file.ts";
import { stampProblem, writeStamp } from "../../lib/stamp.ts";
import { lockedPackages } from "../../setup/lock_file.ts";
import { pickled } from "../../test/data/pickled.ts";
import { readFixture } from "../../test/golden/fixture.ts";

/** A kind of file that the project reads. */
export interface FileKind {
  name: string;
  /** Makes a whole one, with what belongs to it, in an empty folder; returns its path. */
  make(folder: string): string;
  /** Reads it as the project does. */
  read(path: string): unknown;
  /**
   * What tells damage: a "sum" tells all of it; a "shape" lets a changed value pass (files that git keeps, and copies whose
   * content is verified once it has been read); a "stamp" only ever says whether a part must be made anew.
   */
  guard: "sum" | "shape" | "stamp";
}

const RECORD = join(ROOT, "results", "study", "fashion-mnist-comparison", "244d3b690e186c73.json");
const OLDER = join(ROOT, "results", "study", "fashion-mnist-comparison", "9b60a24de9466c59.json");
const record = (): RunRecord => JSON.parse(readFileSync(RECORD, "utf8"));
const TENSORS = new Map([
  ["a", { shape: [2, 3], values: new Float32Array([1, 2, 3, 4, 5, 6]) }],
  ["b", { shape: [], values: new Float32Array([7]) }],
]);
const PIXELS = Uint8Array.from({ length: 2 * IMAGE_BYTES }, (_, index) => (index * 7) % 251);
const DATASET = "fashion-mnist";
const LABELS = "t10k-labels-idx1-ubyte";

function put(path: string, content: string | Uint8Array): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** A copy of a file of the checkout. */
function copied(folder: string, file: string): string {
  return put(join(folder, file), readFileSync(join(ROOT, file)));
}

function checkpointIn(folder: string): string {
  const work = join(folder, "0123456789abcdef");
  const times = { wallSeconds: 1, trainingSeconds: 1, waitingSeconds: 0, peakMemory: 7 };
  const line = { epoch: 1, learningRate: 0.5, train: { loss: 0.25, accuracy: 0.5 } };
  saveCheckpoint(work, { ...times, curve: [line], optimiserSteps: 3, startedAt: "then", tensors: TENSORS });
  return join(work, "checkpoint-00001");
}

const loaded = (path: string) => loadCheckpoint(dirname(dirname(path)));

function weightsIn(folder: string): string {
  const path = join(folder, "weights.safetensors");
  const { experiment, row, profile, reduced, config, hash } = record();
  const weights = writeWeights(path, { experiment, row, profile, reduced, config }, hash, TENSORS);
  put(join(folder, "record.json"), JSON.stringify({ hash, weights }));
  return path;
}

function stampIn(folder: string): string {
  put(join(folder, "part", "file"), "made");
  const path = join(folder, "part", ".stamp.json");
  writeStamp({ root: folder, path }, { source: "1" }, ["part/file"], { version: "2" });
  return path;
}

/** Every kind of file that is read back. */
export const FILE_KINDS: readonly FileKind[] = [
  {
    name: "record",
    make: (folder) => put(join(folder, "244d3b690e186c73.json"), JSON.stringify(sealed(record()), null, 1)),
    read: readRecord,
    guard: "sum",
  },
  {
    name: "record of an older version",
    make: (folder) => put(join(folder, "9b60a24de9466c59.json"), readFileSync(OLDER)),
    read: readRecord,
    guard: "shape",
  },
  {
    name: "checkpoint's state",
    make: (folder) => join(checkpointIn(folder), "state.json"),
    read: loaded,
    guard: "sum",
  },
  {
    name: "checkpoint's tensors",
    make: (folder) => join(checkpointIn(folder), "tensors.safetensors"),
    read: loaded,
    guard: "sum",
  },
  {
    name: "weights",
    make: weightsIn,
    read: (path) => readWeights(path, JSON.parse(readFileSync(join(dirname(path), "record.json"), "utf8"))),
    guard: "sum",
  },
  {
    name: "safetensors of a benchmark",
    make: (folder) => put(join(folder, "inputs.safetensors"), packSafetensors(TENSORS, { made: "here" })),
    read: (path) => readSafetensors(path, "run the benchmark again"),
    guard: "shape",
  },
  { name: "data file", make: (folder) => dataIn(folder, LABELS), read: verified, guard: "sum" },
  {
    name: "packed data file",
    make: (folder) => dataIn(folder, `${LABELS}.gz`),
    read: verified,
    guard: "sum",
  },
  {
    name: "batch of CIFAR for Python",
    make: (folder) => put(join(folder, "data_batch_1"), pickled("labels", [3, 9], PIXELS)),
    read: (path) => parseCifarPickle(readBytes(path, COPY), "labels", path),
    guard: "shape",
  },
  {
    name: "binary batch of CIFAR",
    make: (folder) => put(join(folder, "data_batch_1.bin"), PIXELS.subarray(0, IMAGE_BYTES + 1)),
    read: (path) => parseCifarBinary(readBytes(path, COPY), 1, path),
    guard: "shape",
  },
  {
    name: "manifest of the data sets",
    make: (folder) => copied(folder, "data/manifest.json"),
    read: (path) => readManifest(path),
    guard: "shape",
  },
  {
    name: "locked npm packages",
    make: (folder) => copied(folder, "package-lock.json"),
    read: (path) => lockedPackages(dirname(path)),
    guard: "shape",
  },
  benchmark("benchmark", "peers-avx512.json"),
  benchmark("operations of a benchmark", "operations-avx2.json"),
  {
    name: "firing rates for benchmarks",
    make: (folder) => copied(folder, "bench/densities.json"),
    read: readDensities,
    guard: "shape",
  },
  {
    name: "golden file",
    make: (folder) => copied(folder, "test/golden/fixtures/adam-step--proxy.json"),
    read: readFixture,
    guard: "shape",
  },
  {
    name: "notebook",
    make: (folder) => copied(folder, "notebooks/02-kernel-sharing-parameters.ipynb"),
    read: readNotebook,
    guard: "shape",
  },
  {
    name: "stamp",
    make: stampIn,
    read: (path) => stampProblem({ root: dirname(dirname(path)), path }, { source: "1" }),
    guard: "stamp",
  },
];

const COPY = { what: "the copy", fix: "give an undamaged copy" };

function dataIn(folder: string, file: string): string {
  const bytes = readFileSync(join(ROOT, "data", DATASET, LABELS));
  return put(join(folder, file), file.endsWith(".gz") ? gzipSync(bytes) : bytes);
}

function verified(path: string): Uint8Array {
  return readVerified(DATASET, LABELS, dirname(path));
}

/** A file of the committed benchmarks, which are read together. */
function benchmark(name: string, file: string): FileKind {
  const place = "results/study/bench";
  return {
    name,
    make(folder) {
      copied(folder, `${place}/sweeps.json`);
      return copied(folder, `${place}/${file}`);
    },
    read: (path) => committedBenchmarks(dirname(path)),
    guard: "shape",
  };
}
