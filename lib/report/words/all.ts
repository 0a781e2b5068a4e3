import type { RuleName } from "../../learning/rules/all.ts";
import { ann } from "./ann.ts";
import { conversion } from "./conversion.ts";
import { noReplacement } from "./no_replacement.ts";
import { proxy } from "./proxy.ts";
import { proxyControl } from "./proxy_control.ts";
import { surrogate } from "./surrogate.ts";
import { tandem } from "./tandem.ts";
import type { Words } from "./words.ts";

/** The words of every learning rule; their order in tables is that of the list of rules. */
const WORDS: { readonly [Name in RuleName]: Words<Name> } = {
  proxy,
  "no-replacement": noReplacement,
  "proxy-control": proxyControl,
  tandem,
  surrogate,
  conversion,
  ann,
};

/** The words of the rule that these settings belong to. */
export function wordsOf<Name extends RuleName>({ name }: { name: Name }): Words<Name> {
  return WORDS[name];
}
