import assert from "node:assert/strict";
import { holm } from "../../lib/report/holm.ts";
import { discordance, mcnemar } from "../../lib/report/mcnemar.ts";
import { intervalText, paired, pointsText } from "../../lib/report/paired.ts";
import { criticalValue } from "../../lib/report/student_t.ts";
import type { RunRecord } from "../../lib/runs/record.ts";
import { assertAllClose } from "../assert_all_close.ts";
import { record } from "./records.ts";

Deno.test("critical values are those of printed tables", () => {
  const printed = [[1, 12.7062], [2, 4.30265], [4, 2.77645], [30, 2.04227]] as const;
  for (const [freedom, value] of printed) {
    assertAllClose([criticalValue(0.05, freedom)], [value], { rtol: 1e-5 });
  }
  assertAllClose([criticalValue(0.01, 3)], [5.84091], { rtol: 1e-5 });
});

Deno.test("Holm's correction: step down, never falling, never above 1; what is no test stays none", () => {
  assertAllClose(holm([0.01, 0.04, 0.03, 0.005]) as number[], [0.03, 0.06, 0.06, 0.02], { rtol: 1e-12 });
  assert.deepEqual(holm([null, 0.5, null, 0.7]), [null, 1, null, 1]);
  assert.deepEqual(holm([]), []);
  assert.deepEqual(holm([0.2]), [0.2]);
});

Deno.test("McNemar's test is the binomial's, exact for few images and for thousands", () => {
  const answers = (text: string) => [...text].map((letter) => letter === "1");
  const counts = discordance(answers("1111110100"), answers("1000000101"));
  assert.deepEqual(counts, { onlyOne: 5, onlyOther: 1, both: 2, neither: 2 });
  assertAllClose([mcnemar(counts) as number], [2 * (1 + 6) / 64], { rtol: 1e-12 });
  assert.equal(mcnemar({ onlyOne: 3, onlyOther: 3, both: 0, neither: 0 }), 1);
  assert.equal(mcnemar({ onlyOne: 0, onlyOther: 0, both: 5, neither: 5 }), null);
  // 1,900 against 2,100 of 4,000: by the normal approximation with continuity 0.00166.
  const many = mcnemar({ onlyOne: 1_900, onlyOther: 2_100, both: 0, neither: 0 }) as number;
  assertAllClose([many], [0.00166], { rtol: 0.01 });
  assert.throws(() => discordance([true], [true, false]), /1 and 2 images/);
});

const runs = (...accuracies: number[]) =>
  accuracies.map((accuracy, index) => record({ seed: index + 1, curve: [accuracy] }));
const accuracyOf = ({ last }: RunRecord) => last?.evaluation.ann?.argmax ?? NaN;

Deno.test("the interval is the mean's by the t distribution, and holds zero where p is above 5 %", () => {
  const test = paired(runs(0.53, 0.52, 0.54), runs(0.5, 0.5, 0.5), accuracyOf);
  const half = 4.30265 * 0.01 / Math.sqrt(3);
  assertAllClose([...test?.interval as [number, number]], [0.03 - half, 0.03 + half], { rtol: 1e-5 });
  assert.equal(intervalText(test?.interval), "+0.52 to +5.48");
  assert.ok((test?.p as number) < 0.05);
  const open = paired(runs(0.5, 0.54), runs(0.5, 0.5), accuracyOf);
  assert.ok((open?.interval as [number, number])[0] < 0 && (open?.p as number) > 0.05);
  for (const [one, other] of [[[0.6], [0.5]], [[0.75, 0.75], [0.5, 0.5]]] as const) {
    const none = paired(runs(...one), runs(...other), accuracyOf);
    assert.deepEqual([none?.p, none?.interval, intervalText(none?.interval)], [null, null, null]);
  }
  assert.deepEqual([0.0123, -0.5, 0, -0.00001].map(pointsText), ["+1.23", "−50.00", "0.00", "0.00"]);
});
