import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../lib/paths.ts";

/** What ARCHITECTURE.md allows each room of lib to import, by room. */
function allowed(): Map<string, string[]> {
  const text = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8");
  const rows = [...text.matchAll(/^\| `lib\/(\w+)` +\|[^|]*\|([^|]*)\|$/gm)];
  return new Map(
    rows.map((
      [, room = "", others = ""],
    ) => [room, [...others.matchAll(/`(\w+)`/g)].map(([, name]) => name as string)]),
  );
}

/** The other rooms that a room's files import from. */
function imported(room: string, rooms: ReadonlySet<string>): string[] {
  const folder = join(ROOT, "lib", room);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts")
  );
  const names = files.flatMap((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    return [...text.matchAll(/(?:from|import\() ?"(?:\.\.\/)+(\w+)\//g)].map(([, name]) => name as string);
  });
  return [...new Set(names)].filter((name) => name !== room && rooms.has(name));
}

Deno.test("rooms import what ARCHITECTURE.md allows, and no circle of rooms is allowed", () => {
  const rules = allowed();
  const rooms = new Set(
    readdirSync(join(ROOT, "lib"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== "dist").map(({ name }) => name),
  );
  assert.deepEqual([...rules.keys()].sort(), [...rooms].sort());
  for (const [room, others] of rules) {
    for (const other of imported(room, rooms)) {
      assert.ok(
        others.includes(other),
        `lib/${room} imports lib/${other}, which ARCHITECTURE.md does not allow`,
      );
    }
  }
  const reaches = (from: string, to: string): boolean =>
    (rules.get(from) ?? []).some((next) => next === to || reaches(next, to));
  for (const room of rooms) assert.ok(!reaches(room, room), `lib/${room} stands in a circle`);
});
