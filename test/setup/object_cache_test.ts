import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ObjectCache } from "../../setup/object_cache.ts";

const COMPILER = { command: "c++", version: "12.2.0" };
const OBJECT = "kernels-norm-0123456789abcdef.o";
const DAY = 24 * 3600 * 1000;

function withCache(
  test: (cache: ObjectCache, folder: string, place: (name: string) => string) => void,
): void {
  const scratch = mkdtempSync(join(tmpdir(), "weightshare-objects-"));
  const folder = join(scratch, "cache", "objects");
  try {
    writeFileSync(join(scratch, "compiled.o"), "machine code");
    test(new ObjectCache(COMPILER, folder), folder, (name) => join(scratch, name));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

Deno.test("an object that was compiled once is taken by the next checkout, byte for byte", () => {
  withCache((cache, folder, place) => {
    assert.equal(cache.take(OBJECT, place("taken.o")), false);
    cache.keep(OBJECT, place("compiled.o"));
    assert.equal(new ObjectCache(COMPILER, folder).take(OBJECT, place("taken.o")), true);
    assert.equal(readFileSync(place("taken.o"), "utf8"), "machine code");
  });
});

Deno.test("other sources, or another compiler, have other objects", () => {
  withCache((cache, folder, place) => {
    cache.keep(OBJECT, place("compiled.o"));
    assert.equal(cache.take(OBJECT.replace("0", "1"), place("taken.o")), false);
    const newer = new ObjectCache({ ...COMPILER, version: "13.1.0" }, folder);
    assert.equal(newer.take(OBJECT, place("taken.o")), false);
  });
});

Deno.test("a damaged object is compiled anew", () => {
  withCache((cache, folder, place) => {
    for (
      const damage of [(path: string) => truncateSync(path, 70), (path: string) => writeFileSync(path, "")]
    ) {
      cache.keep(OBJECT, place("compiled.o"));
      damage(join(folder, readdirSync(folder)[0] as string));
      assert.equal(cache.take(OBJECT, place("taken.o")), false);
    }
  });
});

Deno.test("what nobody took for a month goes", () => {
  withCache((cache, folder, place) => {
    cache.keep(OBJECT, place("compiled.o"));
    cache.clear(Date.now() + 29 * DAY);
    assert.equal(readdirSync(folder).length, 1);
    cache.clear(Date.now() + 31 * DAY);
    assert.equal(readdirSync(folder).length, 0);
  });
});

Deno.test("a cache that cannot be written to keeps nothing and stops nobody", () => {
  withCache((_, __, place) => {
    const cache = new ObjectCache(COMPILER, place("compiled.o/objects"));
    cache.keep(OBJECT, place("compiled.o"));
    assert.equal(cache.take(OBJECT, place("taken.o")), false);
    cache.clear();
  });
});
