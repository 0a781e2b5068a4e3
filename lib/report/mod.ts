/** Records as tables and figures: what notebooks import as "weightshare/report". */
export * from "./agreement/mod.ts";
export * from "./bench/mod.ts";
export { bothPapersClaims, claimsAtAGlance } from "./claims.ts";
export { effortTable } from "./effort_table.ts";
export * from "./comparison/mod.ts";
export type { Figure } from "./figure.ts";
export { frame, overSeeds, type Spread, spread } from "./frame.ts";
export { plot, type PlotOptions } from "./plot.ts";
export * from "./proxy/mod.ts";
export { reportedTable } from "./reported_table.ts";
export * from "./sharing/mod.ts";
export * from "./spiking_sharing/mod.ts";
export { firingRates } from "./spiking/firing_rates.ts";
export { ratesTable } from "./spiking/rates_table.ts";
export { type Cell, type Table, toCSV, toLaTeX, toMarkdown } from "./table.ts";
export { type RowOf, tableOf, type TableOfOptions } from "./table_of.ts";
export { learningRatesTable } from "./tuning/learning_rates.ts";
export { tuningTable } from "./tuning/report.ts";
