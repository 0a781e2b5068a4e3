import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { decode } from "fast-png";
import { picturesPng, picturesSvg } from "../../lib/notebook/pictures.ts";

const RED = { pixels: Uint8Array.of(255, 0, 0), shape: [1, 1, 3], label: "a < b" } as const;
const GREY = { pixels: Buffer.from([0, 100, 150, 250]).toString("base64"), shape: [2, 2, 1] } as const;

Deno.test("pictures are one SVG with labels, and one PNG for a notebook that is not trusted", () => {
  const svg = picturesSvg([RED, GREY]);
  assert.match(svg, /width="192" height="114"/);
  assert.match(svg, />a &lt; b<\/text>/);
  const { width, height, channels, data } = decode(Buffer.from(picturesPng([RED, GREY]), "base64"));
  assert.deepEqual([width, height, channels], [192, 96, 3]);
  const at = (x: number, y: number) => [...data.slice((y * width + x) * 3, (y * width + x) * 3 + 3)];
  assert.deepEqual([at(0, 0), at(4, 4), at(91, 91), at(92, 91)], [
    ...[[255, 255, 255], [255, 0, 0], [255, 0, 0]],
    [255, 255, 255],
  ]);
  assert.deepEqual([at(100, 4), at(187, 4), at(100, 91), at(187, 91)], [
    ...[[0, 0, 0], [100, 100, 100], [150, 150, 150]],
    [250, 250, 250],
  ]);
});

Deno.test("nine pictures take two lines", () => {
  const { width, height } = decode(Buffer.from(picturesPng(Array(9).fill(RED)), "base64"));
  assert.deepEqual([width, height], [8 * 96, 2 * 96]);
});
