import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { PEERS_PYTHON } from "../../bench/peers/setup.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { type IfNeuron, stepIf } from "../../lib/ops/if_neuron.ts";
import { withOwnFolder } from "../../lib/own_folder.ts";
import { committedTraces, type NeuronCase } from "../../lib/report/agreement/mod.ts";
import { ourTrace } from "../../lib/report/agreement/traces.ts";
import { goldenCases, neuronCases, ourCase } from "../../tasks/agreement/neurons.ts";

const CASES = committedTraces();

Deno.test("the committed cases are the golden ones, and our traces what we compute now", () => {
  const made = goldenCases().map(ourCase);
  assert.deepEqual(made.map((one) => one.case), CASES.map((one) => one.case));
  made.forEach((one, index) => {
    const committed = CASES[index] as NeuronCase;
    assert.deepEqual(committed.neuron, one.neuron);
    assert.deepEqual(committed.currents, one.currents);
    assert.deepEqual(ourTrace(committed), ourTrace(one), one.case);
  });
});

Deno.test("our neurons compute the committed traces from the committed currents", () => {
  for (const one of CASES) {
    tf.tidy(() => {
      const { spikes, membrane } = ourTrace(one);
      let before: tf.Tensor = tf.fill([one.currents[0]?.length ?? 0], one.neuron.initialMembrane);
      one.currents.forEach((current, t) => {
        const state = stepIf(tf.tensor1d(current), before, one.neuron as IfNeuron);
        assert.deepEqual([...state.spikes.dataSync()], spikes[t]);
        assert.deepEqual([...state.membrane.dataSync()], [...Float32Array.from(membrane[t] ?? [])]);
        before = state.membrane;
      });
    });
  }
});

const ignore = !existsSync(PEERS_PYTHON) ||
  spawnSync(PEERS_PYTHON, ["-W", "ignore", "-c", "import norse.torch, sinabs, snntorch.import_nir"])
      .status !== 0;
if (ignore) {
  console.log(
    "Frameworks that read NIR are not set up (deno task agreement sets them up): their traces are not made anew.",
  );
}

Deno.test({
  name: "the frameworks give the committed traces again",
  ignore,
  async fn() {
    await withOwnFolder("agreement", async (folder) => assert.deepEqual(await neuronCases(folder), CASES));
  },
});
