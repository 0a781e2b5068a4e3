import type { z } from "zod";
import { type NamedSchema, namedSchema, type SettingsOf } from "../choice.ts";
import type { ClassifierSpec } from "./classifier.ts";
import type { NetworkSpec } from "./network.ts";

/** The images and classes that a network is made for. */
export interface Seen {
  /** Height, width, channels of an image. */
  image: readonly [number, number, number];
  classes: number;
}

interface Common<Name extends string, Own extends z.ZodRawShape> {
  readonly name: Name;
  readonly schema: NamedSchema<Name, Own>;
  /** The settings in words, for the note under a table. */
  recipe(settings: SettingsOf<Name, Own>): string;
}

/** A network with an artificial and a spiking life, both made of one list of layers. */
export interface TwoLivesEntry<Name extends string = string, Own extends z.ZodRawShape = z.ZodRawShape>
  extends Common<Name, Own> {
  readonly lives: 2;
  /** Its layers, made for images of one size and a number of classes. */
  spec(settings: SettingsOf<Name, Own>): NetworkSpec;
}

/** A classifier, with an artificial life alone. Reports read its entry too, so nothing of TensorFlow is imported before `build`. */
export interface OneLifeEntry<Name extends string = string, Own extends z.ZodRawShape = z.ZodRawShape>
  extends Common<Name, Own> {
  readonly lives: 1;
  build(settings: SettingsOf<Name, Own>, seen: Seen): Promise<ClassifierSpec>;
  /** Trainable parameters, without building it. */
  parameters(settings: SettingsOf<Name, Own>, seen: Seen): number;
  /** Numbers that the largest layer makes of an image. */
  largestLayer(settings: SettingsOf<Name, Own>, seen: Seen): number;
  /** Multiply-accumulate operations of a forward pass for one image; sharing does not change them. */
  macs(settings: SettingsOf<Name, Own>, seen: Seen): number;
  /** What it is called, e.g. "ConvMixer-64/8". */
  label(settings: SettingsOf<Name, Own>): string;
  /** Blocks, or layers with weights: what the name counts. */
  depth(settings: SettingsOf<Name, Own>): number;
  /** What its layers share, "none" where nothing. */
  sharing(settings: SettingsOf<Name, Own>): string;
}

/** What a network is to a configuration. */
export type NetworkEntry = TwoLivesEntry | OneLifeEntry;

/** The entry of a network with two lives, by its settings beside the name and the rest. */
export function twoLivesEntry<const Name extends string, Own extends z.ZodRawShape>(
  { settings, ...entry }: { settings: Own } & Omit<TwoLivesEntry<Name, Own>, "schema" | "lives">,
): TwoLivesEntry<Name, Own> {
  return { ...entry, lives: 2, schema: namedSchema(entry.name, settings) } as TwoLivesEntry<Name, Own>;
}

/** The entry of a classifier, likewise. */
export function oneLifeEntry<const Name extends string, Own extends z.ZodRawShape>(
  { settings, ...entry }: { settings: Own } & Omit<OneLifeEntry<Name, Own>, "schema" | "lives">,
): OneLifeEntry<Name, Own> {
  return { ...entry, lives: 1, schema: namedSchema(entry.name, settings) } as OneLifeEntry<Name, Own>;
}
