import type { RunRecord } from "../../runs/record.ts";
import { holm } from "../holm.ts";
import { evaluatedLabel, hasCollapsed, mainLabel, reducedLabel, rowLabel } from "../label.ts";
import { intervalText, type Paired, pText, tested } from "../paired.ts";
import { requireSharedSpiking } from "../require_records.ts";
import { makeTable, type Table } from "../table.ts";
import { COMPARED, type Compared, groupsByNetwork, runsOf, sharingName } from "./rows.ts";

/** What sharing costs an SNN and an ANN against one rival. */
interface Interaction {
  rival: string;
  snn: string;
  ann: string;
  /** Shared minus rival: of the SNN, of the ANN, and the first minus the second, seed by seed. */
  spiking: Paired | null;
  artificial: Paired | null;
  interaction: Paired | null;
  /** Seeds that say nothing, as one of their runs collapsed. */
  collapsed: number[];
}

/**
 * Does sharing cost an SNN more than its ANN? Shared minus rival in points of accuracy, the SNN's minus the ANN's at the same seed:
 * below zero the SNN pays more.
 */
export function interactionTable(records: readonly RunRecord[]): Table {
  requireSharedSpiking("Making the table of what sharing costs an SNN and its ANN", records);
  const found = interactionsOf(records);
  const corrected = holm(found.map(({ interaction }) => interaction?.p ?? null));
  return makeTable(
    {
      name: `${records[0]?.experiment ?? "spiking-sharing"}-interaction`,
      title: "What sharing costs an SNN beyond its ANN",
      caption: `One kernel for isomorphic layers minus the rival, in points of argmax accuracy on ${
        evaluatedLabel(records)
      } after the last epoch; paired by seed: mean ± standard deviation over n seeds.`,
      label: reducedLabel(records),
      notes: [
        "Interaction: what sharing does to the SNN minus what it does to the ANN, of the same seed, with the 95 % interval of its mean; below zero sharing costs the SNN more. p of the t-test, two-sided, as it is and corrected by Holm's method over this table.",
        "Its proxy ANN: that of the very same run, which shares every weight with the SNN. The ANN alone was trained for itself.",
        ...collapsedNote(found),
      ],
    },
    [
      { heading: "Against", format: "text", cell: ({ rival }) => rival },
      { heading: "SNN", format: "text", cell: ({ snn }) => snn },
      { heading: "ANN", format: "text", cell: ({ ann }) => ann },
      { heading: "Seeds (n)", format: "integer", cell: ({ interaction }) => interaction?.difference.n ?? 0 },
      {
        ...{ group: "Shared minus rival (points)", heading: "SNN", format: "percent" },
        cell: ({ spiking }) => spiking?.difference ?? null,
      },
      {
        ...{ group: "Shared minus rival (points)", heading: "ANN", format: "percent" },
        cell: ({ artificial }) => artificial?.difference ?? null,
      },
      {
        ...{ group: "Interaction (points)", heading: "SNN minus ANN", format: "percent" },
        cell: ({ interaction }) => interaction?.difference ?? null,
      },
      {
        ...{ group: "Interaction (points)", heading: "95 % interval", format: "text" },
        cell: ({ interaction }) => intervalText(interaction?.interval),
      },
      {
        ...{ group: "Interaction (points)", heading: "p", format: "text" },
        cell: ({ interaction }) => pText(interaction?.p ?? null),
      },
      {
        ...{ group: "Interaction (points)", heading: "p, corrected", format: "text" },
        cell: ({ corrected }) => pText(corrected),
      },
    ],
    found.map((one, index) => ({ ...one, corrected: corrected[index] ?? null })),
  );
}

function interactionsOf(records: readonly RunRecord[]): Interaction[] {
  const rules = [...new Set(groupsByNetwork(records).map(({ first }) => first.config.rule.name))];
  return COMPARED.filter((name) => name !== "all").flatMap((rival) =>
    rules.filter((rule) => rule !== "ann").flatMap((rule) =>
      [
        interactionOf(records, rival, rule, "ann") ?? [],
        rule === "proxy" ? interactionOf(records, rival, rule, "proxy") ?? [] : [],
      ].flat()
    )
  );
}

/** Of an SNN and an ANN, which is the one of the same run where both have one rule; null where runs are missing. */
function interactionOf(
  records: readonly RunRecord[],
  rival: Compared,
  rule: string,
  annRule: string,
): Interaction | null {
  const [snn, ann] = [pairOf(records, rival, rule), pairOf(records, rival, annRule)];
  if (snn === null || ann === null) return null;
  const spiking = costs(snn, ({ last }) => last?.evaluation.snn?.argmax ?? NaN);
  const artificial = costs(ann, ({ last }) => last?.evaluation.ann?.argmax ?? NaN);
  const both = [...spiking.keys()].filter((seed) => artificial.has(seed));
  const fell = [snn, ann].flatMap(({ shared, rival }) => [...shared, ...rival]).filter(hasCollapsed)
    .map(({ config }) => config.seed);
  const collapsed = both.filter((seed) => fell.includes(seed));
  const seeds = both.filter((seed) => !fell.includes(seed));
  const [ours, theirs] = [spiking, artificial].map((some) => seeds.map((seed) => some.get(seed) as number));
  const first = ann.shared[0] as RunRecord;
  return {
    rival: sharingName(snn.rival[0] as RunRecord),
    snn: mainLabel(snn.shared[0] as RunRecord),
    ann: rowLabel(first, "ann"),
    spiking: tested(ours ?? []),
    artificial: tested(theirs ?? []),
    interaction: tested((ours ?? []).map((cost, index) => cost - (theirs?.[index] as number))),
    collapsed,
  };
}

/** Two networks that both guess cost nothing of each other: such seeds are named instead. */
function collapsedNote(found: readonly Interaction[]): string[] {
  const named = found.filter(({ collapsed }) => collapsed.length > 0).map(({ rival, snn, ann, collapsed }) =>
    `${collapsed.join(", ")} of ${snn} and ${ann} against ${rival}`
  );
  return named.length === 0
    ? []
    : [`Left out, as a run collapsed (at most twice as good as guessing): seeds ${named.join("; ")}.`];
}

/** Finished runs of the shared network and of its rival. */
interface Pair {
  shared: RunRecord[];
  rival: RunRecord[];
}

function pairOf(records: readonly RunRecord[], rival: Compared, rule: string): Pair | null {
  const [shared, other] = [runsOf(records, "all", rule)?.finished, runsOf(records, rival, rule)?.finished];
  return shared?.length && other?.length ? { shared, rival: other } : null;
}

/** Shared minus rival by seed. */
function costs({ shared, rival }: Pair, accuracy: (record: RunRecord) => number): Map<number, number> {
  return new Map(shared.flatMap((record) => {
    const twin = rival.find(({ config }) => config.seed === record.config.seed);
    return twin === undefined ? [] : [[record.config.seed, accuracy(record) - accuracy(twin)] as const];
  }));
}
