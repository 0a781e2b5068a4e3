import { join } from "node:path";
import { loadDataset } from "../lib/data/load.ts";
import { writeWhole } from "../lib/files.ts";
import { ROOT } from "../lib/paths.ts";
import { drawAugmentationSheet } from "./augmentation_sheet.ts";
import { defineTask, runTask } from "./task.ts";
import { toUser } from "./user_path.ts";

/** `deno task augmentation`. */
export const augmentationTask = defineTask({
  name: "augmentation",
  description: "Draws docs/augmentation.svg: what each operation of the input pipeline does to three images.",
  plan: () => ({ sheet: join(ROOT, "docs", "augmentation.svg") }),
  act({ sheet }) {
    writeWhole(sheet, drawAugmentationSheet(loadDataset("cifar-10")));
    console.log(toUser(sheet));
  },
});

if (import.meta.main) await runTask(augmentationTask);
