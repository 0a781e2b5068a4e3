export { accuracyAgainstOperations, accuracyAgainstTime } from "./accuracy_against.ts";
export { comparisonTable } from "./accuracy_table.ts";
export { agreementFigure, agreementTable, withAgreement } from "./agreement.ts";
export { claimsTable } from "./claims_table.ts";
export { comparedFiringRates } from "./firing_rates.ts";
export { costTable } from "./cost_table.ts";
export { readOutsTable } from "./read_outs_table.ts";
export { rulesTable } from "./rules_table.ts";
export { trainingMemoryFigure, trainingMemoryTable } from "./training_memory.ts";
