export { accuracyOverTime } from "./accuracy_over_time.ts";
export { accuracyPerEpoch } from "./accuracy_per_epoch.ts";
export { exampleImages } from "./example_images.ts";
export { oneRunPerSnn } from "./report.ts";
export { spikeRaster } from "./spike_raster.ts";
export { proxyTable } from "./table.ts";
