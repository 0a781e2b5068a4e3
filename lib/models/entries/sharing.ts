import { z } from "zod";
import type { NetworkSpec } from "../network.ts";
import { shareIsomorphic, SHARING, type Sharing } from "../share_isomorphic.ts";

/** What isomorphic layers share; nothing where it is absent. */
export const sharing: z.ZodOptional<z.ZodEnum<{ all: "all" }>> = z.enum(SHARING).optional();

/** What a network's settings say of it. */
interface Shared {
  sharing?: Sharing | undefined;
}

/** What each way of sharing does to a list of layers, and what it is called. */
const WAYS: Record<Sharing, { apply: (spec: NetworkSpec) => NetworkSpec; text: string }> = {
  all: { apply: shareIsomorphic, text: ", one kernel for isomorphic layers" },
};

/** The layers with what they share. */
export function shared(spec: NetworkSpec, { sharing }: Shared): NetworkSpec {
  return sharing === undefined ? spec : WAYS[sharing].apply(spec);
}

/** The same in words, behind others: "" where nothing is shared. */
export function sharingText({ sharing }: Shared): string {
  return sharing === undefined ? "" : WAYS[sharing].text;
}
