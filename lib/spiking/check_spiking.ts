import { UsageError } from "../errors.ts";
import type { IfNeuron } from "../ops/if_neuron.ts";

/** Refuses time steps and neurons that make no sense; `doing` says what they are for. */
export function checkSpiking(
  doing: string,
  T: number,
  { threshold, reset, initialMembrane }: IfNeuron,
): void {
  const refuse = (what: string, value: unknown, needed: string) => {
    throw new UsageError(`${doing}: ${what} is ${value}, but must be ${needed}.`);
  };
  if (!Number.isInteger(T) || T < 1) refuse("T", T, "a whole number of at least 1");
  if (!(threshold > 0 && Number.isFinite(threshold))) refuse("the threshold", threshold, "a number above 0");
  if (!(initialMembrane < threshold && Number.isFinite(initialMembrane))) {
    refuse("the initial membrane", initialMembrane, `a number below the threshold, ${threshold}`);
  }
  if (!["hard", "subtract"].includes(reset)) refuse("the reset", `"${reset}"`, 'one of "hard", "subtract"');
}
