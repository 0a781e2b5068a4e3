import { agreementTask } from "./agreement.ts";
import { augmentationTask } from "./augmentation.ts";
import { benchTask } from "./bench.ts";
import { campaignTask } from "./campaign.ts";
import { dataTask } from "./data.ts";
import { docsTask } from "./docs.ts";
import { evaluateTask } from "./evaluate.ts";
import { executeTask } from "./execute.ts";
import { exportTask } from "./export.ts";
import { figuresTask } from "./figures.ts";
import { formatTask } from "./format.ts";
import { gateTask } from "./gate.ts";
import { goldenTask } from "./golden.ts";
import { goldenMakeTask } from "./golden_make.ts";
import { importTask } from "./import.ts";
import { labTask } from "./lab.ts";
import { matrixTask } from "./matrix.ts";
import { okTask } from "./ok.ts";
import { okNotebookTask } from "./ok_notebook.ts";
import { okClusterTask } from "./ok_cluster.ts";
import { okMatrixTask } from "./ok_matrix.ts";
import { okNativeTask } from "./ok_native.ts";
import { parametersTask } from "./parameters.ts";
import { planTask } from "./plan.ts";
import { reproduceTask } from "./reproduce.ts";
import { runsTask } from "./runs.ts";
import { smokeTask } from "./smoke.ts";
import { submitTask } from "./submit.ts";
import type { Asked } from "./task.ts";
import { trainTask } from "./train.ts";

/** Every task whose command line the library reads. */
export const TASKS: readonly Asked[] = [
  agreementTask,
  augmentationTask,
  benchTask,
  campaignTask,
  dataTask,
  docsTask,
  evaluateTask,
  executeTask,
  exportTask,
  figuresTask,
  formatTask,
  gateTask,
  goldenTask,
  goldenMakeTask,
  importTask,
  labTask,
  matrixTask,
  okNotebookTask,
  okTask,
  okClusterTask,
  okMatrixTask,
  okNativeTask,
  parametersTask,
  planTask,
  reproduceTask,
  runsTask,
  smokeTask,
  submitTask,
  trainTask,
];
