import { ROOT } from "../../lib/paths.ts";
import type { Step } from "../step.ts";
import { bindingStep } from "./binding.ts";
import { chromiumStep } from "./chromium.ts";
import { dataStep } from "./data.ts";
import { kernelspecsStep } from "./kernelspecs.ts";
import { libraryStep } from "./library.ts";
import { nativeStep } from "./native.ts";
import { npmStep } from "./npm.ts";
import { pythonStep, venvStep } from "./python.ts";
import { tensorflowStep } from "./tensorflow.ts";

/** Every part of the set-up, each after those that it needs. */
export function allSteps(root: string = ROOT): Step[] {
  return [
    npmStep(root),
    venvStep(root),
    tensorflowStep(root),
    bindingStep(root),
    nativeStep(root),
    pythonStep(root),
    kernelspecsStep(root),
    libraryStep(root),
    chromiumStep(root),
    dataStep(root),
  ];
}
