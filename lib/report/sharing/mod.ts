export { sharingTable } from "./accuracy_table.ts";
export { accuracyAgainstDepth, trainTestGap } from "./against_depth.ts";
export { accuracyAgainstParameters } from "./against_parameters.ts";
export { againstAuthors, againstAuthorsTable } from "./authors_log.ts";
export { differencesTable } from "./differences_table.ts";
export { kernelPictures } from "./kernel_pictures.ts";
export { sharingCurves } from "./learning_curves.ts";
export { parametersTable } from "./parameters_table.ts";
export { withPictures } from "./report.ts";
