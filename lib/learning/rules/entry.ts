import type { z } from "zod";
import { type NamedSchema, namedSchema, type SettingsOf } from "../../choice.ts";
import type { Model } from "../../models/model.ts";
import type { Life } from "../../models/network.ts";
import type { LearningRule } from "../rule.ts";

/** What a rule's settings are checked against. */
export interface RunFacts {
  /** Training images of the run. */
  trainImages: number;
}

/** What a learning rule is to a configuration. Reports read it too, so nothing of TensorFlow is imported before `make`. */
export interface RuleEntry<Name extends string = string, Own extends z.ZodRawShape = z.ZodRawShape> {
  readonly name: Name;
  readonly schema: NamedSchema<Name, Own>;
  /** The lives that a run reports on; the first is the one that it trains and is judged by. */
  readonly lives: readonly [Life, ...Life[]];
  /** Whether the SNN is simulated over T steps while it is trained. */
  readonly simulates: boolean;
  /** Whether the output is read by the last layer's currents, without neurons there; by spikes where absent. */
  linearReadout?(settings: SettingsOf<Name, Own>): boolean;
  /** What is wrong with settings that are each allowed, in words; nothing where all is well. */
  problem?(settings: SettingsOf<Name, Own>, run: RunFacts): string | undefined;
  /** What the rule wants of a network's initial values. */
  initial?(settings: SettingsOf<Name, Own>): { scaleDeviation?: number | undefined };
  /** Of a rule that trains the ANN alone and then converts it: training images, from the front, on which activations are measured. */
  calibrationImages?(settings: SettingsOf<Name, Own>): number;
  /** The rule with these settings; a `ConversionRule` where it converts. */
  make(settings: SettingsOf<Name, Own>): Promise<LearningRule<Model>>;
}

/** An entry by what is its own: settings beside the name, and the rest of the entry. */
export function ruleEntry<const Name extends string, Own extends z.ZodRawShape>(
  { settings, ...entry }: { settings: Own } & Omit<RuleEntry<Name, Own>, "schema">,
): RuleEntry<Name, Own> {
  return { ...entry, schema: namedSchema(entry.name, settings) } as RuleEntry<Name, Own>;
}
