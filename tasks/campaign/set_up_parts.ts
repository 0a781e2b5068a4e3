/** Sets up, in the folder given, the parts that need neither network nor minutes: the library for Node, Chromium, kernels. */
import process from "node:process";
import { terminalReporter } from "../../setup/reporter.ts";
import { runSteps } from "../../setup/step.ts";
import { chromiumStep } from "../../setup/steps/chromium.ts";
import { kernelspecsStep } from "../../setup/steps/kernelspecs.ts";
import { libraryStep } from "../../setup/steps/library.ts";
import { run } from "../main.ts";

if (import.meta.main) {
  await run(async () => {
    const root = process.argv[2] as string;
    const steps = [libraryStep(root), chromiumStep(root), kernelspecsStep(root)];
    await runSteps(steps.map((step) => ({ ...step, needs: [] })), root, terminalReporter());
  });
}
