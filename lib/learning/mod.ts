/** Learning rules, optimisers and the training loop: what notebooks import as "weightshare/learning". */
export { Adam } from "./adam.ts";
export { globalNorm } from "./clip.ts";
export { descend, type Descent, type DescentOptions } from "./descent.ts";
export { centralDifference, cosine, dot, moved, part } from "./directions.ts";
export { evaluate } from "./evaluate.ts";
export { fit, type FitOptions, type Fitted } from "./fit.ts";
export { type Direction, learningDirections, spikingLoss } from "./learning_directions.ts";
export { lossGradients } from "./loss_gradients.ts";
export { crossEntropy, meanSquaredError } from "./losses.ts";
export type { Divergence, EpochLine, Evaluation, Score } from "./metrics.ts";
export type { Gradients, Optimiser } from "./optimiser.ts";
export type { OnProgress, Progress } from "./progress.ts";
export type { Batch, LearningRule, Reader, SpikingLife, StepResult } from "./rule.ts";
export { annRule } from "./rules/ann.ts";
export { type ConversionOptions, conversionRule, type Converted } from "./rules/conversion.ts";
export { noReplacementRule } from "./rules/no_replacement.ts";
export { type ProxyOptions, proxyRule } from "./rules/proxy.ts";
export { type ProxyControlOptions, proxyControlRule } from "./rules/proxy_control.ts";
export { type SurrogateOptions, surrogateRule } from "./rules/surrogate.ts";
export { tandemRule, type TandemRuleOptions } from "./rules/tandem.ts";
export {
  constantSchedule,
  cosineSchedule,
  multistepSchedule,
  piecewiseLinearSchedule,
  type Schedule,
  type SchedulePoint,
} from "./schedule.ts";
export { Sgd } from "./sgd.ts";
export { toTensors } from "./tensors.ts";
