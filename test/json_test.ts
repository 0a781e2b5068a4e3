import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FailureError } from "../lib/errors.ts";
import {
  fields,
  finite,
  listOf,
  mapOf,
  natural,
  nullable,
  oneOf,
  optional,
  readJson,
  text,
} from "../lib/json.ts";

const shape = fields({
  name: text,
  files: mapOf(fields({ bytes: natural })),
  list: listOf(nullable(finite)),
  kind: optional(oneOf("a", "b")),
});
const KIND = { what: "the inventory", shape, fix: "take stock again" };

function withFile(content: string | Uint8Array, test: (path: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "weightshare-json-"));
  try {
    const path = join(folder, "inventory.json");
    writeFileSync(path, content);
    test(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function refused(path: string, why: RegExp): void {
  assert.throws(() => readJson(path, KIND), (error: Error) => {
    assert.ok(error instanceof FailureError, String(error));
    assert.ok(error.message.startsWith(`Reading the inventory ${path}: it`), error.message);
    assert.match(error.message, why);
    assert.match(error.message, /; take stock again\.$/);
    assert.ok(!error.message.includes("\n"));
    return true;
  });
}

const GOOD = '{"name":"x","files":{"a":{"bytes":3}},"list":[1,null],"more":true}';

Deno.test("a JSON file of the right shape is read, what else it holds is kept, a byte order mark is none of it", () => {
  for (const content of [GOOD, `\ufeff${GOOD}\n`]) {
    withFile(content, (path) => {
      const read = readJson(path, KIND) as unknown;
      assert.deepEqual(read, { name: "x", files: { a: { bytes: 3 } }, list: [1, null], more: true });
    });
  }
});

Deno.test("every damage to a JSON file ends in one sentence with the file, what it is and the fix", () => {
  const cases: [string | Uint8Array, RegExp][] = [
    ["", /it is empty/],
    [GOOD.slice(0, 30), /it is cut short/],
    [GOOD.slice(0, 11), /it is cut short/],
    [GOOD.replace(":3", ";3"), /it is not JSON from line 1 on/],
    ["\n\n{]", /it is not JSON from line 3 on/],
    [new Uint8Array(4096), /it holds zero bytes instead of text/],
    [`${GOOD}\0\0\0`, /it holds zero bytes/],
    [Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0x22), /it is not text in UTF-8/],
    ["null", /it is null, but must be an object/],
    ["[]", /it is \[\], but must be an object/],
    ["3", /it is 3, but must be an object/],
    ['{"name":"x"}', /its "files" is missing; it must be an object/],
    [GOOD.replace('"x"', "3"), /its "name" is 3, but must be a text/],
    [GOOD.replace(":3", ":-3"), /its "files.a.bytes" is -3, but must be a whole number from 0 up/],
    [GOOD.replace(":3", ":3.5"), /its "files.a.bytes" is 3.5/],
    [GOOD.replace(":3", ':"3"'), /its "files.a.bytes" is "3"/],
    [GOOD.replace("[1,", "[1e999,"), /its "list.0" is null, but must be a number|its "list.0" is/],
    [GOOD.replace("[1,", "[[],"), /its "list.0" is \[\], but must be a number/],
    [GOOD.replace('"more":true', '"kind":"c"'), /its "kind" is "c", but must be one of a, b/],
    [`{"__proto__":${GOOD}}`, /its "name" is missing/],
  ];
  for (const [content, why] of cases) withFile(content, (path) => refused(path, why));
});

Deno.test("a JSON file that is not there, a folder in its place, or below a file, likewise", () => {
  withFile(GOOD, (path) => {
    refused(`${path}x`, /it is not there/);
    refused(join(path, "x"), /it is not there/);
    rmSync(path);
    mkdirSync(path);
    refused(path, /it is a folder, not a file/);
  });
});
