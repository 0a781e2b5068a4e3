import { reportedValues, SHARED_CONVMIXER } from "../../experiments/reported.ts";
import { CLASSES } from "../../data/classes.ts";
import type { DatasetName } from "../../data/sets/all.ts";
import type { RunRecord } from "../../runs/record.ts";
import { type Finding, ONE_PAIR, points, pointsApart, verdictOf } from "../findings.ts";
import type { RunGroup } from "../label.ts";
import { type Paired, paired, SIGNIFICANT } from "../paired.ts";
import {
  groupOf,
  networkLabel,
  sharedNetworkLabel,
  strongestRival,
  testAccuracy,
  trainingAccuracy,
} from "./rows.ts";

/** "Minimal cost in accuracy" (abstract): we read it as at most so much, as a fraction; the paper names -1.8 points itself. */
const MINIMAL = 0.02;

/** What an experiment's runs say about each claim of kernel sharing's abstract and introduction. */
export function sharingFindings(records: readonly RunRecord[]): Finding[] {
  const shared = groupOf(records, "all") ?? groupOf(records, "all-1");
  const none = groupOf(records, "none") ?? groupOf(records, "none-1");
  if (shared === undefined || none === undefined) return [];
  return [...cost(shared, none), ...regularises(shared, none), ...beatsSmaller(records, shared)];
}

function cost(shared: RunGroup, none: RunGroup): Finding[] {
  const test = paired(shared.finished, none.finished, testAccuracy);
  if (test === null) return [];
  const dataset = shared.first.config.data.name;
  const fewer = (none.first.parameters / shared.first.parameters).toFixed(1);
  const measured = `${points(test.difference)} points for ${fewer} times fewer parameters`;
  return [
    {
      ...lineOf(`minimal cost in accuracy, ${title(dataset)}`, shared, measured, test),
      verdict: (corrected) => costVerdict(test, corrected),
    },
    ...reported(shared).map((value) => ({
      ...lineOf(
        `${String(value).replace("-", "−")} points, ${title(dataset)} (intro)`,
        shared,
        measured,
        null,
      ),
      ...{ n: test.difference.n, verdict: "not tested at this scale" },
    })),
  ];
}

/** By the interval: what it costs, not whether anything; a cost must also stand out of the scatter of seeds. */
function costVerdict({ interval }: Paired, corrected: number | null): string {
  if (interval === null) return ONE_PAIR;
  const [low, high] = interval;
  if (low >= -MINIMAL) return "holds here";
  return high < -MINIMAL && corrected !== null && corrected < SIGNIFICANT
    ? "fails here"
    : "open: less or more than 2 points, within the scatter of seeds";
}

function reported({ first: { config: { data, network } } }: RunGroup): number[] {
  if (network.name !== "convmixer") return [];
  return reportedValues(data.name, SHARED_CONVMIXER)
    .map(({ value }) => value);
}

/**
 * A smaller gap between training and test images is what a regulariser makes. It can also be smaller because the network fits
 * its training images less: then test accuracy falls with it.
 */
function regularises(shared: RunGroup, none: RunGroup): Finding[] {
  const gain = (record: RunRecord) => testAccuracy(record) - trainingAccuracy(record);
  const test = paired(shared.finished, none.finished, gain);
  const accuracy = paired(shared.finished, none.finished, testAccuracy);
  if (test === null || accuracy === null || !Number.isFinite(test.difference.mean)) return [];
  const { mean } = test.difference;
  const measured =
    `gap between training and test images ${mean < 0 ? "larger" : "smaller"} by ${
      pointsApart(test.difference)
    } points, ` +
    `test accuracy ${points(accuracy.difference)}`;
  const fitsLess = mean > 0 && accuracy.interval !== null && accuracy.interval[1] < 0;
  return [{
    ...lineOf("a regulariser that can reduce overfitting", shared, measured, test),
    verdict: (corrected) => fitsLess ? FITS_LESS : verdictOf(test, corrected),
  }];
}

const FITS_LESS = "not by regularising: the gap is smaller, but so is test accuracy";

/** What sharing has to beat: no claim of the paper, but what its claim is worth. */
function beatsSmaller(records: readonly RunRecord[], shared: RunGroup): Finding[] {
  const rival = strongestRival(records);
  const test = rival && paired(shared.finished, rival.finished, testAccuracy);
  if (rival === undefined || test == null) return [];
  const measured = `${points(test.difference)} points against ${networkLabel(rival.first)}, nothing shared`;
  return [lineOf("(ours) better than an unshared network of as few parameters", shared, measured, test)];
}

function lineOf(claim: string, { first }: RunGroup, measured: string, test: Paired | null): Finding {
  const network = sharedNetworkLabel(first);
  return { claim, network, measured, n: test?.difference.n ?? 0, test };
}

function title(dataset: DatasetName): string {
  return `CIFAR-${CLASSES[dataset].length}`;
}
