/** Whether a version "major.minor..." is a minimum or newer. */
export function atLeast(version: string, minimum: readonly [number, number]): boolean {
  const [major = NaN, minor = NaN] = version.split(".").map(Number);
  return major > minimum[0] || (major === minimum[0] && minor >= minimum[1]);
}
