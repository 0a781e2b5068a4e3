/** The one way to start a child, where set-up, tasks and tests look for it; the library has it for notebooks' sake. */
export { boundCommand, spawnBound } from "../lib/bound.ts";
