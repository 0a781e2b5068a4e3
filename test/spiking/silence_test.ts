import assert from "node:assert/strict";
import { ShareCounter } from "../../lib/spiking/readout.ts";
import { describeSilence } from "../../lib/spiking/silence.ts";

function sharesOf(rows: number[][], labels: number[]) {
  const counter = new ShareCounter();
  counter.add(Float32Array.from(rows.flat()), labels);
  return counter.shares();
}

Deno.test("silence at every output is reported, with its share of images", () => {
  const mute = sharesOf([[0, 0], [0, 0]], [0, 1]);
  assert.equal(mute.tieInclusive, 1);
  assert.match(
    describeSilence(mute) as string,
    /silent at every output for every image: .* right by the tie-inclusive/,
  );
  const partly = sharesOf([[0, 0], [2, 1], [1, 1], [0, 3]], [0, 0, 0, 1]);
  assert.match(describeSilence(partly) as string, /silent at every output for 25.00 % of the images/);
});

Deno.test("ties of active outputs are no silence", () => {
  assert.equal(describeSilence(sharesOf([[1, 1], [2, 0]], [0, 0])), undefined);
});
