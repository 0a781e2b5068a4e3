import { ruleEntry } from "../entry.ts";

/** The ANN alone; of any network. */
export const ann = ruleEntry({
  name: "ann",
  settings: {},
  lives: ["ann"],
  simulates: false,
  async make() {
    const [{ annRule }, { artificialForward }] = await Promise.all([
      import("../ann.ts"),
      import("../../../models/artificial_forward.ts"),
    ]);
    return annRule(artificialForward);
  },
});
