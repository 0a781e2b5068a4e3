import { twoSided } from "../../lib/report/student_t.ts";
import { assertAllClose } from "../assert_all_close.ts";

Deno.test("p-values are those of the closed forms and of printed tables", () => {
  // One degree of freedom is Cauchy's distribution; two have 1 - t / sqrt(t^2 + 2).
  for (const t of [0, 0.3, 1, 2.5, 7, 40]) {
    assertAllClose([twoSided(t, 1)], [1 - 2 * Math.atan(t) / Math.PI], { rtol: 1e-10 });
    assertAllClose([twoSided(-t, 2)], [1 - t / Math.sqrt(t * t + 2)], { rtol: 1e-9 });
  }
  // Critical values of the usual tables, given to three decimals: p = 0.05 and 0.01.
  const critical = [[3, 3.182, 5.841], [10, 2.228, 3.169], [30, 2.042, 2.75]] as const;
  for (const [freedom, five, one] of critical) {
    assertAllClose([twoSided(five, freedom), twoSided(one, freedom)], [0.05, 0.01], { rtol: 2e-3 });
  }
  assertAllClose([twoSided(1.959963985, 1e7)], [0.05], { rtol: 1e-6 });
});
