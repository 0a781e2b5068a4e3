/** Trained networks evaluated, taken away and brought in: what notebooks import as "weightshare/exchange". */
export { type Architecture, architectureOf, parseArchitecture } from "./architecture.ts";
export { compareWithRecord, type Comparison } from "./compare_with_record.ts";
export { type Evaluated, evaluateNetwork, type Reading } from "./evaluate_network.ts";
export { exportNir, type NirOptions } from "./export_nir.ts";
export { exportPyTorch, type PyTorchOptions } from "./export_pytorch.ts";
export { type FoundRun, recordOfHash, runOfRecord } from "./find_run.ts";
export type { GivenImages } from "./given_images.ts";
export { type KnownNetwork, openFile, openRun } from "./known_network.ts";
export { writeNetwork } from "./write_network.ts";
