import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { withOwnFolder } from "../../lib/own_folder.ts";
import { hashConfig } from "../../lib/runs/config/config.ts";
import { drawEpochs } from "../../lib/runs/tensor_board.ts";
import { RELEASED } from "../../lib/experiments/proxy/fashion_mnist_proxy.ts";

const request = { experiment: "fashion-mnist-proxy", row: "proxy-k1", config: RELEASED };

function lineOf(epoch: number) {
  const score = { loss: 0.5, argmax: 0.9, tieInclusive: 0.95, tied: 0.1, silent: 0, expected: 0.91 };
  return {
    ...{ epoch, learningRate: 1e-4, train: { loss: 1, accuracy: 0.8 } },
    ...{ evaluation: { snn: score }, rates: { conv1: 0.2 } },
  };
}

/** The events of a file of TFRecords: eight bytes of length, four of a sum, the event, four of its sum. */
function eventsIn(path: string): string[] {
  const bytes = readFileSync(path);
  const events: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(bytes.readBigUInt64LE(at));
    events.push(bytes.subarray(at + 12, at + 12 + length).toString("latin1"));
    at += 12 + length + 4;
  }
  return events;
}

Deno.test("TensorBoard gets every epoch of a run once, whoever drew some of them before", async () => {
  await withOwnFolder("test-tensor-board", async (folder) => {
    const path = join(folder, "fashion-mnist-proxy", `proxy-k1-seed-2020-${hashConfig(RELEASED)}`);
    const left = join(path, "events.out.tfevents.of-a-process-that-was-killed");
    mkdirSync(dirname(left), { recursive: true });
    writeFileSync(left, "");
    await drawEpochs(folder, request, [lineOf(1)]);
    await drawEpochs(folder, request, [lineOf(2)]);
    await drawEpochs(folder, request, [lineOf(1), lineOf(2), lineOf(3)]);
    const files = readdirSync(path);
    assert.equal(files.length, 1, files.join());
    const events = eventsIn(join(path, files[0] as string));
    const names = [
      "loss/training",
      "accuracy/training",
      "loss/evaluation/snn",
      "accuracy/evaluation/snn",
      "expected/evaluation/snn",
      "firing rate/conv1",
      "learning rate",
    ];
    for (const name of names) {
      assert.equal(events.filter((event) => event.includes(name)).length, 3, `${name}: one event an epoch`);
    }
    assert.equal(events.length, 1 + 3 * names.length);
  });
});

Deno.test("without a folder nothing is drawn", async () => {
  await drawEpochs(undefined, request, [lineOf(1)]);
});
