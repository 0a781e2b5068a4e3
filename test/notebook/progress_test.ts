import assert from "node:assert/strict";
import type { Progress } from "../../lib/learning/progress.ts";
import { inNotebook } from "../../lib/jupyter_kernel.ts";
import { type Bundle, display, type DisplayOptions } from "../../lib/notebook/display.ts";
import { describe, duration, fractionDone } from "../../lib/notebook/pace_text.ts";
import { progressBars } from "../../lib/notebook/progress.ts";
import { terminalBoard, terminalProgress } from "../../lib/notebook/terminal.ts";

function progress(more: Partial<Progress> = {}): Progress {
  const start = { run: "proxy-k1", phase: "train", epoch: 1, epochs: 2, step: 1, steps: 100 } as const;
  return { ...start, loss: 0.5, accuracy: 0.25, imagesPerSecond: 250, secondsLeft: 65, ...more };
}

function stream(isTTY: boolean, columns = 80) {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
}

Deno.test("notebook bars: one per run, updated in place, throttled, the end always shown", async () => {
  const shown: { bundle: Bundle; options: DisplayOptions }[] = [];
  const report = progressBars((bundle, options = {}) => {
    shown.push({ bundle, options });
    return Promise.resolve();
  });
  for (let step = 1; step <= 50; step++) await report(progress({ step }));
  await report(progress({ run: "ann" }));
  await report(progress({ phase: "done", step: 100 }));
  assert.equal(shown.length, 3);
  const [first, other, last] = shown;
  assert.deepEqual([first?.options.update, other?.options.update, last?.options.update], [
    false,
    false,
    true,
  ]);
  assert.equal(first?.options.id, last?.options.id);
  assert.notEqual(first?.options.id, other?.options.id);
  assert.match(String(last?.bundle["text/html"]), /<progress max="100" value="100.0"/);
  assert.match(String(last?.bundle["text/plain"]), /^proxy-k1: done, 2 epochs/);
});

Deno.test("terminal: one line in place with an estimate, never wider than the terminal", () => {
  const screen = stream(true, 60);
  const report = terminalProgress(screen);
  for (let step = 1; step <= 50; step++) void report(progress({ step }));
  void report(progress({ phase: "done" }));
  assert.equal(screen.written.length, 2);
  assert.match(screen.written[0] ?? "", /^\rproxy-k1 .*ETA 1:05/);
  assert.ok(screen.written[1]?.endsWith("\n"));
  // deno-lint-ignore no-control-regex
  for (const text of screen.written) assert.ok(text.replace(/\r|\n|\u001b\[K/g, "").length < 60);
});

Deno.test("terminal: another run starts on a line of its own", () => {
  const screen = stream(true);
  const report = terminalProgress(screen);
  void report(progress());
  void report(progress({ run: "ann" }));
  assert.equal(screen.written[1], "\n");
});

Deno.test("no terminal: one line per epoch", () => {
  const log = stream(false);
  const report = terminalProgress(log);
  for (const epoch of [1, 2]) {
    for (const step of [1, 50, 100]) void report(progress({ epoch, step }));
    for (const step of [1, 2]) void report(progress({ epoch, phase: "evaluate", step, steps: 2 }));
  }
  assert.equal(log.written.length, 2);
  assert.match(log.written[1] ?? "", /^proxy-k1: epoch 2\/2/);
});

Deno.test("no terminal: an epoch that is not evaluated has its line, too; a diverged run ends as such", () => {
  const log = stream(false);
  const report = terminalProgress(log);
  for (const epoch of [1, 2]) for (const step of [50, 100]) void report(progress({ epoch, step }));
  for (const step of [1, 2]) void report(progress({ epoch: 2, phase: "evaluate", step, steps: 2 }));
  void report(progress({ epoch: 2, phase: "diverged" }));
  assert.deepEqual(log.written.map((line) => /epoch (\d)\/2/.exec(line)?.[1]), ["1", "2", "2"]);
  assert.match(log.written[2] ?? "", /, diverged\n$/);
  const unconverted = progress({ phase: "diverged", epoch: 0, loss: NaN, imagesPerSecond: NaN });
  assert.equal(describe(unconverted), "its ANN diverged");
});

Deno.test("fractionDone and duration: grow to the end, survive the unknown", () => {
  const [start, later] = [fractionDone(progress()), fractionDone(progress({ epoch: 2, step: 50 }))];
  assert.ok(start < later && later < 1);
  assert.equal(fractionDone(progress({ phase: "done" })), 1);
  assert.deepEqual([5, 754, 3723, NaN].map(duration), ["0:05", "12:34", "1:02:03", "?"]);
  assert.match(describe(progress({ imagesPerSecond: NaN })), /accuracy 25\.0 %$/);
});

Deno.test("a conversion trains nothing: no epoch, no loss, and its bar grows all the same", () => {
  const converting = progress({ epoch: 0, loss: NaN, accuracy: NaN, imagesPerSecond: NaN });
  const at = (phase: Progress["phase"], step: number) => ({ ...converting, phase, step });
  assert.equal(describe(at("convert", 3)), "measuring activations 3/100");
  assert.equal(describe(at("evaluate", 40)), "evaluating 40/100");
  assert.equal(describe(at("done", 100)), "converted");
  const grown = [at("train", 0), at("convert", 50), at("evaluate", 50), at("done", 100)].map(fractionDone);
  assert.deepEqual(grown, grown.toSorted((a, b) => a - b));
  assert.deepEqual([grown.at(0), grown.at(-1)], [0, 1]);
});

Deno.test("display: outside a notebook the plain text is printed", async () => {
  assert.equal(inNotebook(), false);
  const lines: unknown[] = [];
  const log = console.log;
  console.log = (line: unknown) => void lines.push(line);
  try {
    await display({ "text/html": "<b>x</b>", "text/plain": "x" });
  } finally {
    console.log = log;
  }
  assert.deepEqual(lines, ["x"]);
});

Deno.test("several runs on a terminal: a bar each, redrawn in place; an end and a line stay above them", () => {
  const screen = stream(true, 60);
  const board = terminalBoard(screen);
  void board.onProgress(progress());
  void board.onProgress(progress({ run: "ann" }));
  board.total("0 of 2 runs done");
  assert.match(screen.written.at(-1) ?? "", /^proxy-k1 .*\nann .*\n0 of 2 runs done$/);
  const before = screen.written.length;
  board.say("a line", (line) => screen.write(`${line}\n`));
  const [erased, said, drawn] = screen.written.slice(before);
  assert.deepEqual([erased, said], ["\r\u001b[2A\u001b[J", "a line\n"]);
  assert.match(drawn ?? "", /^proxy-k1 .*\nann /);
  void board.onProgress(progress({ phase: "done" }));
  assert.match(screen.written.at(-1) ?? "", /^ann .*\n0 of 2/);
  assert.match(screen.written.at(-2) ?? "", /^proxy-k1 .* done.*\n$/);
  const many = terminalBoard({
    ...stream(true),
    rows: 5,
    write: (text: string) => screen.written.push(text),
  });
  for (let run = 0; run < 9; run++) void many.onProgress(progress({ run: `run ${run}` }));
  assert.match(screen.written.at(-1) ?? "", /^run 0.*\nrun 1.*\nand 7 more$/);
});

Deno.test("several runs without a terminal: a line for each epoch of each", () => {
  const log = stream(false);
  const { onProgress } = terminalBoard(log);
  for (const epoch of [1, 2]) {
    for (const run of ["a", "b"]) void onProgress(progress({ run, epoch, step: 100 }));
  }
  for (const run of ["a", "b"]) void onProgress(progress({ run, epoch: 2, phase: "done" }));
  assert.deepEqual(log.written.map((line) => line.slice(0, 12)), [
    ...["a: epoch 1/2", "b: epoch 1/2", "a: 2 epochs,", "b: 2 epochs,"],
  ]);
});
