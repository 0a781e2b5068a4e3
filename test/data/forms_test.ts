import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { IMAGE_BYTES } from "../../lib/data/cifar/canonical.ts";
import { readPickle } from "../../lib/data/cifar/pickle.ts";
import { CIFAR_100_PYTHON, CIFAR_10_PYTHON, parseCifarPickle } from "../../lib/data/cifar/python.ts";
import { fetchDataset } from "../../lib/data/fetch.ts";
import { loadDataset } from "../../lib/data/load.ts";
import { readManifest } from "../../lib/data/manifest.ts";
import { datasetOf, DATASETS } from "../../lib/data/sets/all.ts";
import { datasetProblem } from "../../lib/data/stamp.ts";
import { readVerified } from "../../lib/data/verify.ts";
import { FailureError } from "../../lib/errors.ts";
import { pickled } from "./pickled.ts";
import { withDataFolder } from "../with_data_folder.ts";

const FASHION = join(import.meta.dirname as string, "..", "..", "data", "fashion-mnist");
const FASHION_FILES = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte"];
const LABELS = "t10k-labels-idx1-ubyte";

const PLANES = Uint8Array.from({ length: 3 * IMAGE_BYTES }, (_, index) => (index * 7) % 251);
const PICKLE = pickled("labels", [3, 9, 200], PLANES);

Deno.test("CIFAR's pickles: labels and colour planes become labelled pixels", () => {
  const { labels, images } = parseCifarPickle(PICKLE, "labels", "data_batch_1");
  assert.deepEqual(labels, Uint8Array.of(3, 9, 200));
  assert.deepEqual([...images.subarray(0, 6)], [0, 1024, 2048, 1, 1025, 2049].map((at) => PLANES[at]));
  assert.equal(images[2 * IMAGE_BYTES + 2], PLANES[2 * IMAGE_BYTES + 2048]);
  const many = Array.from({ length: 1200 }, (_, index) => index % 100);
  const fine = parseCifarPickle(
    pickled("fine_labels", many, new Uint8Array(1200 * IMAGE_BYTES)),
    "fine_labels",
    "train",
  );
  assert.deepEqual([...fine.labels], many);
});

Deno.test("CIFAR's pickles: a file cut or changed anywhere is refused by name, and nothing in it is run", () => {
  const small = pickled("labels", [3], PLANES.subarray(0, IMAGE_BYTES));
  for (let length = 0; length < small.length; length += length < 300 ? 1 : 97) {
    assert.throws(
      () => parseCifarPickle(small.subarray(0, length), "labels", "data_batch_1"),
      (error: Error) => {
        assert.ok(error instanceof FailureError, error.stack);
        return error.message.startsWith("Reading data_batch_1");
      },
    );
  }
  for (let at = 0; at < 330; at++) {
    for (const bit of [1, 16, 128]) {
      const changed = Uint8Array.from(small);
      changed[at] = (changed[at] as number) ^ bit;
      try {
        parseCifarPickle(changed, "labels", "data_batch_1"); // another label: the sums of the data set tell
      } catch (error) {
        assert.ok(
          error instanceof FailureError && error.message.startsWith("Reading data_batch_1"),
          String(error),
        );
      }
    }
  }
  const evil = Buffer.from("\x80\x02cos\nsystem\nU\x02lsq\x01\x85R.", "latin1");
  assert.throws(() => readPickle(evil, "evil"), /it calls os.system, so it is damaged/);
  assert.throws(() => readPickle(Buffer.from("(dp1\nS'a'\n."), "old"), /no pickle of protocol 2/);
  assert.throws(
    () => parseCifarPickle(PICKLE, "fine_labels", "train"),
    /no list "fine_labels".*another data set/,
  );
});

Deno.test("both CIFAR archives for Python are found in a folder, unpacked; the content is then verified", async () => {
  await withDataFolder(async (folder) => {
    for (
      const [form, field, name] of [[CIFAR_10_PYTHON, "labels", "cifar-10"], [
        CIFAR_100_PYTHON,
        "fine_labels",
        "cifar-100",
      ]] as const
    ) {
      mkdirSync(join(folder, form.folder));
      for (const file of form.files) {
        writeFileSync(join(folder, form.folder, file), pickled(field, [1, 2, 3], PLANES));
      }
      await assert.rejects(
        fetchDataset(name, { from: folder }),
        new RegExp(
          `-ubyte made from .*${form.folder} is truncated: expected 153600020 bytes .*found ${
            20 + PLANES.length * (form.files.length - 1)
          } bytes`,
        ),
      );
    }
  });
});

/** Gives the four files to `put`, two of them packed. */
function lay(folder: string, packed: (file: string) => boolean): void {
  mkdirSync(folder, { recursive: true });
  for (const file of [...FASHION_FILES, LABELS]) {
    const bytes = readFileSync(join(FASHION, file));
    if (packed(file)) writeFileSync(join(folder, `${file}.gz`), gzipSync(bytes, { level: 1 }));
    else writeFileSync(join(folder, file), bytes);
  }
}

Deno.test("torchvision's folder below the named one is found; a right packed file is taken beside a damaged plain one", async () => {
  await withDataFolder(async (folder) => {
    const raw = join(folder, "given", "FashionMNIST", "raw");
    lay(raw, (file) => file === LABELS);
    writeFileSync(join(raw, LABELS), "damaged");
    for (const given of [join(folder, "given"), dirname(raw), raw]) {
      await fetchDataset("fashion-mnist", { from: given });
      assert.equal(datasetProblem("fashion-mnist"), null);
    }
    rmSync(join(raw, `${LABELS}.gz`));
    await assert.rejects(
      fetchDataset("fashion-mnist", { from: raw }),
      /labels-idx1-ubyte is truncated.*; give an undamaged copy\.$/,
    );
    const own = join(folder, "fashion-mnist", LABELS);
    writeFileSync(`${own}.gz`, gzipSync(readFileSync(own)));
    truncateSync(own, 100);
    assert.equal(readVerified("fashion-mnist", LABELS).length, 10_008);
    await fetchDataset("fashion-mnist", { mirror: "http://127.0.0.1:1/" });
    assert.equal(readFileSync(own).length, 10_008);
  });
});

Deno.test("a wrong folder is told what it holds and what is wanted", async () => {
  await withDataFolder(async (folder) => {
    const given = join(folder, "given");
    const wanted =
      /wanted is one of train-images-idx3-ubyte, FashionMNIST\/raw\/train-images.*--dir FOLDER\.$/;
    const refusal = (why: RegExp) => (error: Error) => {
      assert.match(error.message, /^Looking for fashion-mnist in .*given/);
      assert.match(error.message, why);
      assert.match(error.message, wanted);
      return true;
    };
    const fetch = () => fetchDataset("fashion-mnist", { from: given });
    await assert.rejects(fetch(), refusal(/there is no such folder/));
    mkdirSync(given);
    await assert.rejects(fetch(), refusal(/it is empty/));
    writeFileSync(join(given, "fashion-mnist_train.csv"), "");
    mkdirSync(join(given, "test"));
    await assert.rejects(fetch(), refusal(/it holds fashion-mnist_train\.csv, test;/));
    rmSync(given, { recursive: true });
    writeFileSync(given, "");
    await assert.rejects(fetch(), refusal(/it is a file, no folder/));
  });
});

Deno.test("a mirror that calls packed files encoded is read all the same", async () => {
  const server = createServer((request, response) => {
    const file = (request.url ?? "").slice(1).replace(/\.gz$/, "");
    response.writeHead(200, { "content-encoding": "gzip" }).end(
      gzipSync(readFileSync(join(FASHION, file)), { level: 1 }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await withDataFolder(async () => {
      await fetchDataset("fashion-mnist", {
        mirror: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      });
      assert.equal(datasetProblem("fashion-mnist"), null);
    });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

Deno.test("a damaged stamp is remade; what a killed fetch left behind goes with the next one", async () => {
  await withDataFolder(async (folder) => {
    await fetchDataset("fashion-mnist", { from: FASHION });
    const stamp = join(folder, "fashion-mnist", ".verified.json");
    const whole = readFileSync(stamp, "utf8");
    const left = [".scratch-abc", `${LABELS}.123.tmp`].map((name) => join(folder, "fashion-mnist", name));
    for (const damaged of ["", "null", whole.slice(0, 200), "\0\0", undefined]) {
      rmSync(stamp);
      if (damaged === undefined) mkdirSync(stamp);
      else writeFileSync(stamp, damaged);
      mkdirSync(left[0] as string, { recursive: true });
      writeFileSync(left[1] as string, "half");
      assert.match(datasetProblem("fashion-mnist") ?? "", /fashion-mnist is not set up/);
      await fetchDataset("fashion-mnist", { mirror: "http://127.0.0.1:1/" });
      assert.equal(datasetProblem("fashion-mnist"), null);
      for (const path of left) assert.throws(() => readFileSync(path), /ENOENT|No such file/);
    }
  });
});

Deno.test("a data set named like a property of Object is unknown", () => {
  for (const name of ["constructor", "__proto__"]) {
    assert.throws(() => datasetOf(name), /it is unknown; use one of fashion-mnist, cifar-10, cifar-100/);
  }
});

Deno.test("a data set that names fewer classes than its labels are is refused", () => {
  const entry = datasetOf("fashion-mnist") as { classes: readonly string[] };
  const { classes } = entry;
  try {
    entry.classes = classes.slice(0, 9);
    assert.throws(
      () => loadDataset("fashion-mnist"),
      /has the label 9, but its entry .* names 9 classes; name them all\.$/,
    );
  } finally {
    entry.classes = classes;
  }
});

Deno.test("every data set has an entry, and the manifest the sums of its files and of no other", () => {
  const stored = DATASETS.map(({ name, files }) => [name, Object.values(files).flat().toSorted()]);
  const sums = Object.entries(readManifest()).map((
    [name, { files }],
  ) => [name, Object.keys(files).toSorted()]);
  assert.deepEqual(sums.toSorted(), stored.toSorted());
});
