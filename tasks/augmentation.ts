import { join } from "node:path";
import { loadDataset } from "../lib/data/load.ts";
import { writeWhole } from "../lib/files.ts";
import { ROOT } from "../lib/paths.ts";
import { drawAugmentationSheet } from "./augmentation_sheet.ts";
import { runCommand } from "./command.ts";

await runCommand((command) =>
  command
    .name("deno task augmentation")
    .description(
      "Draws docs/augmentation.svg: what each operation of the input pipeline does to three images.",
    )
    .action(() => {
      const path = join(ROOT, "docs", "augmentation.svg");
      writeWhole(path, drawAugmentationSheet(loadDataset("cifar-10")));
      console.log(path);
    })
);
