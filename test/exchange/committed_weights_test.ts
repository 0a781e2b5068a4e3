import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { slice } from "../../lib/data/dataset.ts";
import { loadDataset } from "../../lib/data/load.ts";
import { missingFile } from "../../lib/data/stamp.ts";
import { openFile } from "../../lib/exchange/known_network.ts";
import { committedRecords } from "../../lib/experiments/existing.ts";
import { evaluate } from "../../lib/learning/evaluate.ts";
import { disposeModel } from "../../lib/models/model.ts";
import { ROOT } from "../../lib/paths.ts";
import { inOrder, splits } from "../../lib/runs/assemble/assemble.ts";
import { correctImages } from "../../lib/spiking/correct_images.ts";

const FOLDER = join(ROOT, "results", "study", "weights");
/** Enough to tell any other network apart: the first of the 10,000. */
const IMAGES = 200;

const NETWORKS = readdirSync(FOLDER).filter((name) => name.endsWith(".safetensors"));

Deno.test("committed networks have a card with their sum, and the Python file that builds them", () => {
  assert.ok(NETWORKS.length >= 7, `${NETWORKS.length} networks`);
  for (const name of NETWORKS) {
    const card = readFileSync(join(FOLDER, name.replace(/\.safetensors$/, ".card.md")), "utf8");
    const sum = createHash("sha256").update(readFileSync(join(FOLDER, name))).digest("hex");
    assert.ok(card.includes(`${sum}  ${name}`), `${name}: its card's sum`);
  }
  const module = ["lib", "exchange", "pytorch", "weightshare_models.py"];
  assert.equal(
    readFileSync(join(FOLDER, "weightshare_models.py"), "utf8"),
    readFileSync(join(ROOT, ...module), "utf8"),
  );
});

Deno.test("a committed network is right for the images that its committed record says", async () => {
  for (const name of NETWORKS) {
    const { model, reader, config, about: { hash, experiment = "" } } = await openFile(join(FOLDER, name));
    if (missingFile(config?.data.name ?? "") !== undefined) {
      console.log(`${config?.data.name} is not on this machine: ${name} is not evaluated.`);
      disposeModel(model);
      continue;
    }
    const record = committedRecords(experiment).find((one) => one.hash === hash);
    assert.ok(record?.correct?.ann !== undefined && config !== undefined && reader !== undefined, name);
    const dataset = loadDataset(config.data.name);
    const { evaluated } = splits(dataset, config);
    const { correct } = await evaluate(model, reader, inOrder(config, dataset, slice(evaluated, 0, IMAGES)));
    disposeModel(model);
    const right = (text: string) => correctImages(text, IMAGES);
    const other = right(correct?.ann ?? "").filter((one, image) =>
      one !== right(record.correct?.ann ?? "")[image]
    );
    // On another processor's sums one image may fall on the other side.
    assert.ok(other.length <= 1, `${name}: right or wrong on ${other.length} of ${IMAGES} images otherwise`);
  }
});

Deno.test("all committed networks are named where they are handed out", () => {
  const listed = readFileSync(join(FOLDER, "README.md"), "utf8");
  for (const name of NETWORKS) assert.ok(listed.includes(`](${name})`), name);
  assert.ok(existsSync(join(FOLDER, "weightshare_models.py")));
});
