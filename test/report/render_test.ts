import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { decode } from "fast-png";
import { inflateSync } from "node:zlib";
import { closeBrowser, withPage } from "../../lib/report/browser.ts";
import { pngUri } from "../../lib/report/png.ts";
import { exampleImages, spikeRaster } from "../../lib/report/proxy/mod.ts";
import { firingRates } from "../../lib/report/spiking/firing_rates.ts";
import { drawOn, readPlotly, render, renderSvg } from "../../lib/report/render.ts";
import { undated } from "../../lib/report/undated.ts";
import { record, tableRecords } from "./records.ts";

/** Chromium is a process of its own that other tests may share. */
const browser = { sanitizeOps: false, sanitizeResources: false };

/** The browser's requestAnimationFrame. */
type Frame = (then: () => void) => void;

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** The streams of a PDF, unpacked, each with its dictionary. */
function pdfStreams(pdf: Uint8Array): { head: string; body: string }[] {
  const text = latin1(pdf);
  return [...text.matchAll(/(<<(?:(?!endobj)[\s\S])*?>>)\s*stream\r?\n/g)].map((match) => {
    const [all, head = ""] = match;
    const start = (match.index ?? 0) + all.length;
    const bytes = pdf.subarray(start, text.indexOf("endstream", start));
    return { head, body: /FlateDecode/.test(head) && !/Image/.test(head) ? latin1(inflateSync(bytes)) : "" };
  });
}

Deno.test({
  name: "render: a vector PDF of the figure's size with fonts, a PNG of twice its size, a well-formed SVG",
  ...browser,
  async fn() {
    const figure = firingRates(tableRecords());
    const { svg, png, pdf } = await render(figure);
    const { width, height } = figure.layout;
    const view = new DataView(png.buffer, png.byteOffset);
    assert.deepEqual([view.getUint32(16), view.getUint32(20)], [2 * width, 2 * height]);
    const text = latin1(pdf);
    const [, w, h] = /\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/.exec(text) ?? [];
    assert.ok(
      Math.abs(Number(w) - width * 0.75) < 1 && Math.abs(Number(h) - height * 0.75) < 1,
      `${w} x ${h}`,
    );
    assert.equal(text.match(/\/Type\s*\/Page\b/g)?.length, 1);
    assert.ok(/OpenSans-Regular/.test(text), "fonts");
    assert.ok(!/\/Subtype\s*\/Image/.test(text), "a bitmap");
    assert.ok(pdfStreams(pdf).some(({ body }) => / re\b|\bl\n/.test(body)), "paths");
    wellFormed(svg);
    await closeBrowser();
  },
});

Deno.test({
  name:
    "render: images inside a figure stay small pictures; the SVG asks no host for anything; drawing twice gives the same",
  ...browser,
  async fn() {
    const figure = exampleImages(record({ target: 1 }));
    const { svg, png, pdf } = await render(figure);
    wellFormed(svg);
    const sizes = [...latin1(pdf).matchAll(/\/Width (\d+)/g)].map(([, width]) => Number(width));
    assert.ok(sizes.length > 0 && sizes.every((width) => width <= 100), `${sizes}`);
    const raster = spikeRaster(record({ target: 1 }));
    assert.equal(await renderSvg(raster), await renderSvg(raster));
    // In another second and another browser.
    await closeBrowser();
    await new Promise((done) => setTimeout(done, 1000));
    assert.deepEqual(await render(figure), { svg, png, pdf });
    await closeBrowser();
  },
});

Deno.test({
  name: "drawOn: a figure is the same text whether or not the browser shows a frame before plotly writes it",
  ...browser,
  async fn() {
    const figure = firingRates(tableRecords());
    const [none, two] = await withPage({ offline: true }, async (page) => {
      await readPlotly(page);
      await page.evaluate(() => Object.assign(globalThis, { setTimeout: queueMicrotask }));
      const none = await drawOn(page, figure);
      await page.evaluate(() => {
        const { requestAnimationFrame: frame } = globalThis as unknown as { requestAnimationFrame: Frame };
        Object.assign(globalThis, { setTimeout: (write: () => void) => frame(() => frame(write)) });
      });
      return [none, await drawOn(page, figure)];
    });
    assert.equal(none, two);
    await closeBrowser();
  },
});

Deno.test("undated: a PDF's dates and identifier are fixed, every byte keeps its place", () => {
  const file = (date: string, id: string) =>
    `%PDF-1.4\n1 0 obj\n<</Producer (x)/CreationDate (D:${date})\n/ModDate(D:${date})>>\nendobj\nxref\n0 2\n` +
    `trailer\n<</Size 2/Info 1 0 R/ID [<${id}> <${id}>]>>\nstartxref\n99\n%%EOF\n\u00ff(D:${date})`;
  const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const [one, other] = [
    file("20261123184238+00'00'", "0a1f"),
    file("20270101010101-05'30'", "ffff"),
  ];
  const wanted = (date: string) =>
    file(date, "0000").replaceAll(`(D:${date})\n/Mod`, "(D:19700101000000+00'00')\n/Mod")
      .replaceAll(`ModDate(D:${date})`, "ModDate(D:19700101000000+00'00')");
  assert.equal(latin1(undated(bytes(one))), wanted("20261123184238+00'00'"));
  assert.equal(latin1(undated(bytes(other))), wanted("20270101010101-05'30'"));
  for (const date of ["20261123184238Z", "20261123", "2026"]) {
    assert.equal(undated(bytes(file(date, "ab"))).length, file(date, "ab").length);
  }
});

Deno.test("pngUri: the pixels of an image come back", () => {
  const pixels = Uint8Array.of(0, 128, 255, 7, 8, 9);
  const png = decode(Buffer.from(pngUri(pixels, [2, 3, 1]).replace("data:image/png;base64,", ""), "base64"));
  assert.deepEqual([png.height, png.width, png.channels, ...png.data], [2, 3, 1, ...pixels]);
});

/** Tags close in order, attributes are quoted, and no reference leaves the file. */
function wellFormed(svg: string): void {
  assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  const open: string[] = [];
  for (
    const [, slash, name = "", rest = ""] of svg.matchAll(/<(\/?)([\w:-]+)((?:"[^"]*"|'[^']*'|[^"'<>])*)>/g)
  ) {
    if (slash === "/") assert.equal(open.pop(), name);
    else if (!rest.endsWith("/")) open.push(name);
  }
  assert.deepEqual(open, []);
  const references = [...svg.matchAll(/(?:href|src)\s*=\s*["']([^"']*)|url\(["']?([^"')]*)/g)].map((
    [, a, b],
  ) => a ?? b ?? "");
  const remote = references.filter((reference) => !/^(data:|#|&quot;#)/.test(reference));
  assert.deepEqual(remote, []);
}
