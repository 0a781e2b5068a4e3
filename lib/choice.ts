/** Parts of a run of which there are several kinds: a list of entries, each with its name and its settings. */
import { z } from "zod";

/** The schema of a kind's settings: its name, and what is its own; any other setting is refused. */
export type NamedSchema<Name extends string, Own extends z.ZodRawShape> = z.ZodObject<
  { name: z.ZodLiteral<Name> } & Own,
  z.core.$strict
>;

/** The settings of a kind. */
export type SettingsOf<Name extends string, Own extends z.ZodRawShape> = z.output<NamedSchema<Name, Own>>;

/** A kind of a part. */
export interface Kind<Name extends string = string> {
  readonly name: Name;
  readonly schema: z.ZodObject<{ name: z.ZodLiteral<Name> }, z.core.$strict>;
}

/** The schemas of a list of entries, one by one. */
export type SchemasOf<Entries extends readonly Kind[]> = {
  readonly [Index in keyof Entries]: Entries[Index]["schema"];
};

/** The schema of settings by the kind's name and what is the kind's own. */
export function namedSchema<Name extends string, Own extends z.ZodRawShape>(
  name: Name,
  own: Own,
): NamedSchema<Name, Own> {
  return z.strictObject({ name: z.literal(name), ...own }) as unknown as NamedSchema<Name, Own>;
}

/** The schema of settings of any of the kinds, told apart by their names. */
export function anyOf<const Entries extends readonly [Kind, ...Kind[]]>(
  entries: Entries,
): z.ZodDiscriminatedUnion<SchemasOf<Entries>, "name"> {
  const schemas = entries.map(({ schema }) => schema) as unknown as SchemasOf<Entries>;
  return z.discriminatedUnion("name", schemas as never) as unknown as z.ZodDiscriminatedUnion<
    SchemasOf<Entries>,
    "name"
  >;
}

/** The entry of a kind; its name has been checked. */
export function kindOf<Entries extends readonly Kind[]>(entries: Entries, name: string): Entries[number] {
  const entry = entries.find((one) => one.name === name);
  if (entry === undefined) throw new Error(`There is no entry "${name}".`);
  return entry;
}
