import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { PEERS_PYTHON } from "../../bench/peers/setup.ts";
import { slice } from "../../lib/data/dataset.ts";
import { loadDataset } from "../../lib/data/load.ts";
import { missingFile } from "../../lib/data/stamp.ts";
import { openFile } from "../../lib/exchange/known_network.ts";
import { committedRecords } from "../../lib/experiments/existing.ts";
import { evaluate } from "../../lib/learning/evaluate.ts";
import { disposeModel } from "../../lib/models/model.ts";
import { dataFolder, ROOT } from "../../lib/paths.ts";
import { inOrder, splits } from "../../lib/runs/assemble/assemble.ts";
import { correctImages } from "../../lib/spiking/correct_images.ts";

const FOLDER = join(ROOT, "results", "study", "weights");
/** Enough to tell any other network apart: the first of the 10,000. */
const IMAGES = 200;
/** The same in SpikingJelly, which takes longer. */
const SIMULATED = 50;

const NETWORKS = readdirSync(FOLDER).filter((name) => name.endsWith(".safetensors"));

Deno.test("committed networks have a card with their sum, and the Python file that builds them", () => {
  assert.ok(NETWORKS.length >= 10, `${NETWORKS.length} networks`);
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

function right(text: string | undefined): boolean[] {
  assert.ok(text !== undefined, "it does not say which images were right");
  return [...correctImages(text, IMAGES)];
}

Deno.test("a committed network is right for the images that its committed record says", async () => {
  for (const name of NETWORKS) {
    const { model, reader, config, about: { hash, experiment = "" } } = await openFile(join(FOLDER, name));
    if (missingFile(config?.data.name ?? "") !== undefined) {
      console.log(`${config?.data.name} is not on this machine: ${name} is not evaluated.`);
      disposeModel(model);
      continue;
    }
    const record = committedRecords(experiment).find((one) => one.hash === hash);
    assert.ok(record !== undefined && config !== undefined && reader !== undefined, name);
    const [life] = reader.lives;
    const said = right(record.correct?.[life]);
    const dataset = loadDataset(config.data.name);
    const { evaluated } = splits(dataset, config);
    const { correct } = await evaluate(model, reader, inOrder(config, dataset, slice(evaluated, 0, IMAGES)));
    disposeModel(model);
    const other = right(correct?.[life]).filter((one, image) => one !== said[image]);
    // On another processor's sums one image may fall on the other side.
    assert.ok(other.length <= 1, `${name}: right or wrong on ${other.length} of ${IMAGES} images otherwise`);
  }
});

const SPIKING = NETWORKS.filter((name) => name.startsWith("spiking-network-"));

Deno.test({
  name: "the Python on the card of a spiking network finds its record's answers in SpikingJelly",
  ignore: !existsSync(PEERS_PYTHON) || missingFile("fashion-mnist") !== undefined,
  async fn() {
    assert.ok(SPIKING.length >= 2);
    for (const name of SPIKING) {
      const { model, about: { hash, experiment = "" } } = await openFile(join(FOLDER, name));
      disposeModel(model);
      const record = committedRecords(experiment).find((one) => one.hash === hash);
      const card = readFileSync(join(FOLDER, name.replace(/\.safetensors$/, ".card.md")), "utf8");
      const code = /```python\n(.*?)```/s.exec(card)?.[1];
      const program = [
        "import numpy as np, torch",
        ...["images", "labels"].map((what) =>
          `${what} = np.fromfile("${join(dataFolder(), "fashion-mnist")}/t10k-${what}-idx${
            what === "images" ? 3 : 1
          }-ubyte", np.uint8)`
        ),
        `images = torch.from_numpy(images[16:].reshape(-1, 28, 28, 1)[:${SIMULATED}])`,
        "torch.set_grad_enabled(False)",
        code,
        `print("".join(str(int(one)) for one in counts.argmax(1).numpy() == labels[8:][:${SIMULATED}]))`,
      ].join("\n");
      const env = { ...process.env, OMP_NUM_THREADS: "1", PYTHONDONTWRITEBYTECODE: "1" };
      const { stdout, stderr, status } = spawnSync(PEERS_PYTHON, ["-c", program], {
        cwd: FOLDER,
        encoding: "utf8",
        env,
      });
      assert.equal(status, 0, stderr);
      const said = right(record?.correct?.snn).slice(0, SIMULATED);
      const other = said.filter((one, image) => one !== (stdout.trim()[image] === "1"));
      assert.ok(
        other.length <= 1,
        `${name}: right or wrong on ${other.length} of ${IMAGES} images otherwise`,
      );
    }
  },
});

Deno.test("all committed networks are named where they are handed out", () => {
  const listed = readFileSync(join(FOLDER, "README.md"), "utf8");
  for (const name of NETWORKS) assert.ok(listed.includes(`](${name})`), name);
  assert.ok(existsSync(join(FOLDER, "weightshare_models.py")));
});
