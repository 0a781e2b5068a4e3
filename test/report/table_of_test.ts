import assert from "node:assert/strict";
import { UsageError } from "../../lib/errors.ts";
import { formatCell, toCSV, toMarkdown } from "../../lib/report/table.ts";
import { tableOf } from "../../lib/report/table_of.ts";

Deno.test("a table of rows has a column for each key, in a form that follows from its cells", () => {
  const table = tableOf("Two networks", [
    { Network: "a", Parameters: 1234, "Test (%)": 0.5, Loss: 1 },
    { Network: "b", Parameters: 12, Loss: 0.25, Note: "later" },
  ], { digits: { Loss: 1 }, caption: "Made up." });
  assert.deepEqual(table.columns.map(({ heading, format }) => `${heading} ${format}`), [
    ...["Network text", "Parameters integer", "Test (%) percent", "Loss decimal", "Note text"],
  ]);
  const shown = table.rows.map((row) => row.map((cell, at) => formatCell(cell, table.columns[at] as never)));
  assert.deepEqual(shown, [["a", "1,234", "50.00", "1.0", "–"], ["b", "12", "–", "0.3", "later"]]);
  assert.ok(toMarkdown(table).startsWith("**Two networks.** Made up."));
  assert.ok(toCSV(table).startsWith("Network,Parameters,Test (%),Loss,Note,Reduced\r\na,1234,50,1,,"));
  assert.throws(
    () => tableOf("None", []),
    new UsageError('Making the table "None": it has no rows; give one object for each.'),
  );
});
