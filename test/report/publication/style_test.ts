import assert from "node:assert/strict";
import { UsageError } from "../../../lib/errors.ts";
import { parseWidth, styleOf, STYLES } from "../../../lib/report/publication/style.ts";

Deno.test("parseWidth: any unit of a page; nothing that no page has", () => {
  assert.equal(parseWidth("89mm"), 89);
  assert.equal(parseWidth("8.9 cm"), 89);
  assert.ok(Math.abs(parseWidth("3.5in") - 88.9) < 1e-9);
  assert.ok(Math.abs(parseWidth("252pt") - 88.9) < 1e-9);
  for (
    const text of ["0mm", "-3mm", "89", "mm", "", "1e3mm", "Infinitymm", "10mm", "5000mm", "89px", "89mm\n"]
  ) {
    assert.throws(
      () => parseWidth(text),
      (error) =>
        error instanceof UsageError &&
        /it must be a number with its unit .* e\.g\. 89mm\.$/.test(error.message),
      text,
    );
  }
});

Deno.test("styleOf: the publishers' widths, or another column; an unknown style is refused by name", () => {
  assert.deepEqual([STYLES.nature.column, STYLES.nature.page, STYLES.nature.points], [89, 183, 7]);
  assert.deepEqual([styleOf("acm", "60mm").column, styleOf("acm", "60mm").page], [60, STYLES.acm.page]);
  assert.equal(styleOf("nature", "200mm").page, 200);
  for (const name of ["science", "", "constructor", "__proto__"]) {
    assert.throws(() => styleOf(name), /it is unknown; use one of nature, ieee, acm, slide\./);
  }
});
