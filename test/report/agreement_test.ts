import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../lib/paths.ts";
import {
  committedNetworks,
  committedTraces,
  countAgreement,
  logitAgreement,
  neuronAgreement,
  type NeuronCase,
  neuronFigure,
  type NeuronTrace,
} from "../../lib/report/agreement/mod.ts";
import { LOGIT_TOLERANCE } from "../../lib/report/agreement/network_tables.ts";
import { agreementWith, traceOf } from "../../lib/report/agreement/traces.ts";
import { toMarkdown } from "../../lib/report/table.ts";
import { tracesOf } from "./traces.ts";

const CASES = committedTraces();

/** Steps of one neuron: gives spikes and the membrane after the reset. Everything is rounded to single precision. */
type Step = (current: number, membrane: number) => { spikes: number; membrane: number };

const f = Math.fround;

/** Fires at or above the threshold, or above it alone; a reset in the step of the spike. */
function simple(threshold: number, reset: "hard" | "subtract", above: boolean): Step {
  return (current, before) => {
    const v = f(before + current);
    const fires = above ? v > threshold : v >= threshold;
    if (!fires) return { spikes: 0, membrane: v };
    return { spikes: 1, membrane: reset === "hard" ? 0 : f(v - threshold) };
  };
}

/** snnTorch's Leaky without delay and with soft reset: what is still above the threshold is reset first, and not again. */
function leaky(threshold: number, beta: number): Step {
  return (current, before) => {
    const first = before > threshold ? 1 : 0;
    const v = f(f(f(f(beta) * before) + current) - f(first * threshold));
    const spikes = v > threshold ? 1 : 0;
    return { spikes, membrane: f(v - f((spikes - first) * threshold)) };
  };
}

/** What sinabs makes of NIR's IF: as many spikes as fit, soft reset, a floor at -threshold. */
function several(threshold: number): Step {
  return (current, before) => {
    const v = f(before + current);
    const spikes = v > 0 ? Math.trunc(f(v / threshold)) : 0;
    return { spikes, membrane: f(Math.max(f(f(v - f(spikes * threshold)) + threshold), 0) - threshold) };
  };
}

function nextDown(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer);
  return new Float32Array(Uint32Array.of((bits[0] as number) - 1).buffer)[0] as number;
}

/** What the table says of a framework, as a neuron. */
function explained({ neuron }: NeuronCase, { framework, way }: NeuronTrace): Step {
  const { threshold, reset } = neuron;
  const below = nextDown(threshold);
  if (framework === "snntorch") {
    if (way === "nir") return leaky(below, 0.9);
    const used = way === "native" ? threshold : below;
    return reset === "hard" ? simple(used, "hard", true) : leaky(used, 1);
  }
  if (framework === "norse") return simple(way === "native" ? threshold : below, "hard", true);
  if (framework === "sinabs" && way === "nir") return several(below);
  return simple(threshold, reset, false);
}

for (const one of CASES) {
  Deno.test(`${one.case}: every framework's trace is, bit for bit, what is said of that framework`, () => {
    assert.ok(one.traces.length >= 5);
    for (const trace of one.traces) {
      const step = explained(one, trace);
      let membranes = one.currents[0]?.map(() => f(one.neuron.initialMembrane)) as number[];
      one.currents.forEach((currents, t) => {
        const states = currents.map((current, n) => step(f(current), membranes[n] as number));
        membranes = states.map(({ membrane }) => membrane);
        const where = `${trace.framework}, ${trace.way}, step ${t + 1}`;
        assert.deepEqual(trace.spikes[t], states.map(({ spikes }) => spikes), where);
        assert.deepEqual(trace.membrane[t]?.map(f), membranes.map((value) => value + 0), where);
      });
    }
  });
}

Deno.test("every case has our neuron and every framework's; through NIR those with hard reset from 0", () => {
  assert.equal(CASES.length, 18);
  for (const one of CASES) {
    const { reset, initialMembrane } = one.neuron;
    const ways = one.traces.map(({ framework, way }) => `${framework} ${way}`);
    const nir = reset === "hard" && initialMembrane === 0;
    const expected = [
      ...["weightshare native", "spikingjelly native", ...(nir ? ["spikingjelly nir"] : [])],
      ...["snntorch native", "snntorch native-below", ...(nir ? ["snntorch nir"] : [])],
      ...(reset === "hard" ? ["norse native", "norse native-below"] : []),
      ...(nir ? ["norse nir"] : []),
      ...["sinabs native", ...(nir ? ["sinabs nir"] : [])],
    ];
    assert.deepEqual(ways, expected, one.case);
  }
});

const trace = (
  spikes: number[][],
  membrane: number[][],
  framework: "weightshare" | "norse",
): NeuronTrace => ({
  ...{ framework, way: "native", spikes, membrane },
});

Deno.test("traces are equal bit for bit, in spikes alone, or from a step on", () => {
  const ours = trace([[0, 1], [1, 0]], [[0.5, 0], [0, 0.25]], "weightshare");
  const compare = (spikes: number[][], membrane: number[][]) =>
    agreementWith(ours, trace(spikes, membrane, "norse"));
  assert.deepEqual(compare(ours.spikes, ours.membrane), { exact: true, from: null, differing: 0, of: 4 });
  assert.deepEqual(compare(ours.spikes, [[0.5, 0], [0, 0.5]]), {
    exact: false,
    from: null,
    differing: 0,
    of: 4,
  });
  assert.deepEqual(compare([[0, 1], [0, 1]], ours.membrane), { exact: false, from: 2, differing: 2, of: 4 });
});

Deno.test("the table says of ties who fires at the threshold", () => {
  const text = toMarkdown(neuronAgreement(CASES));
  assert.match(text, /SpikingJelly 2\.0\.0, snnTorch 1\.0\.0, Norse 1\.1\.0, sinabs 3\.1\.3/);
  const row = text.split("\n").find((line) => line.startsWith("| tie-hard-theta1-zero ")) ?? "";
  assert.equal(row.split(" | ")[4], "exact");
  assert.match(row.split(" | ")[6] ?? "", /^from step 1, 22 of 64$/);
  assert.match(text, /\| subtract-negative .* – \|/);
});

Deno.test("the figure has a panel for each trace and refuses what is not there", () => {
  const figure = neuronFigure(CASES, { case: "tie-hard-theta1-zero", neuron: 0 });
  const one = CASES.find((some) => some.case === "tie-hard-theta1-zero") as NeuronCase;
  const panels = new Set(tracesOf(figure).map(({ yaxis }) => yaxis));
  assert.equal(panels.size, one.traces.length);
  assert.deepEqual(
    tracesOf(figure)[0]?.["y"],
    traceOf(one, "weightshare", "native")?.membrane.map((row) => row[0]),
  );
  assert.throws(
    () => neuronFigure(CASES, { case: "tie" }),
    /"tie": it is unknown; use one of hard-negative, /,
  );
  assert.throws(
    () => neuronFigure(CASES, { case: "hard-negative", neuron: 12 }),
    /there is no such neuron; use one from 0 to 11/,
  );
});

Deno.test("logits are PyTorch's within the bound", () => {
  const networks = committedNetworks();
  for (const { network, apart, largest, sameClass, images } of networks.logits) {
    assert.ok(apart <= LOGIT_TOLERANCE * largest, network);
    assert.equal(sameClass, images, network);
  }
  assert.equal(networks.logits.length, 5);
  assert.match(toMarkdown(logitAgreement(networks)), /\| ConvMixer, all shared \| [0-9a-f]{16} \|/);
});

Deno.test("spike counts are ours in SpikingJelly and Norse but for a few, in single as in double precision", () => {
  const networks = committedNetworks();
  const { runs, images } = networks.spiking;
  assert.equal(runs.length, 2);
  for (const { threshold, counts } of runs) {
    const ways = counts.map(({ framework, way, pooling, precision }) =>
      `${framework} ${way} ${pooling ?? precision}`
    );
    assert.deepEqual(ways, [
      ...["spikingjelly native single", "spikingjelly native double", "spikingjelly nir average"],
      ...["norse nir sum", "snntorch nir average", "sinabs nir sum"],
    ]);
    for (const { framework, equalImages = 0 } of counts.slice(0, 4)) {
      assert.ok(equalImages >= 0.99 * images, `${framework}, ${threshold}`);
    }
    assert.match(counts[4]?.problem ?? "", /^TypeError: conv2d\(\).*tuple/);
    assert.ok((counts[5]?.equalImages ?? 0) < images / 2);
  }
  assert.match(toMarkdown(countAgreement(networks)), /\| 2 \| Norse \| through NIR, pooling by sum \|/);
});

Deno.test("traces that are cut short or lack a number are refused by name", () => {
  const folder = mkdtempSync(join(tmpdir(), "weightshare-traces-"));
  try {
    const source = join(ROOT, "results", "study", "agreement", "neurons", "tie-hard-theta1-zero.json");
    const text = readFileSync(source, "utf8");
    const refused = (content: string, message: RegExp) => {
      writeFileSync(join(folder, "one.json"), content);
      assert.throws(() => committedTraces(folder), message);
    };
    refused(
      text.slice(0, -20),
      /Reading the traces \S*one\.json: it is cut short; make them with "deno task agreement"/,
    );
    const parsed: NeuronCase = JSON.parse(text);
    parsed.traces[1]?.spikes[0]?.pop();
    refused(JSON.stringify(parsed), /those of spikingjelly \(native\) have not a number for each current/);
    mkdirSync(join(folder, "empty"));
    assert.throws(() => committedTraces(join(folder, "empty")), /there are none; make them with/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
