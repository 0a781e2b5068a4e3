/** TensorFlow.js on the project's library, and seeded randomness: what notebooks import as "weightshare/ops". */
export { kernelsInUse } from "./kernels.ts";
export { type RandomStream, randomStream, randomUniform } from "./random.ts";
export { replaceValue } from "./replace_value.ts";
export { tensorflowVersion, tf, threadCount } from "./tensorflow.ts";
