export { controlsTable } from "./controls_table.ts";
export {
  descentCosines,
  descentFigure,
  type DescentLook,
  type DescentScene,
  descentTable,
} from "./descent.ts";
export { ratesByActivationFigure, ratesByActivationTable, type RatesScene } from "./rates_by_activation.ts";
export { scaleGrowthFigure, scaleGrowthTable, type ScaleRun, scaleRuns } from "./scale_growth.ts";
