/** Every kind of file that is read, damaged: each must end in one sentence that names it, or be no loss. */
import { isDeepStrictEqual } from "node:util";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { messageOf, WeightshareError } from "../../lib/errors.ts";
import { randomInt, type RandomStream, randomStream } from "../../lib/ops/random.ts";
import { withOwnFolder } from "../../lib/own_folder.ts";
import type { CampaignOptions, CampaignResult } from "./campaign.ts";
import { FILE_KINDS, type FileKind } from "./file_kinds.ts";

/** Damages the file at a path; `foreign` is the content of a file of another kind. Returns what was done, in words. */
type Damage = (path: string, random: RandomStream, foreign: Uint8Array) => string;

const DAMAGES: readonly Damage[] = [
  (path, random) => {
    const bytes = readFileSync(path);
    const length = randomInt(random, 0, bytes.length - 1);
    writeFileSync(path, bytes.subarray(0, length));
    return `cut to ${length} of ${bytes.length} bytes`;
  },
  (path, random) => {
    const bytes = readFileSync(path);
    const [at, bit] = [randomInt(random, 0, bytes.length - 1), randomInt(random, 0, 7)];
    bytes[at] = (bytes[at] as number) ^ (1 << bit);
    writeFileSync(path, bytes);
    return `bit ${bit} of byte ${at} flipped`;
  },
  (path) => {
    writeFileSync(path, "");
    return "emptied";
  },
  (path) => {
    writeFileSync(path, new Uint8Array(readFileSync(path).length));
    return "overwritten with zero bytes";
  },
  (path, random) => {
    const bytes = readFileSync(path);
    const from = randomInt(random, 0, bytes.length - 1);
    const to = Math.min(bytes.length, from + randomInt(random, 1, 64));
    writeFileSync(path, bytes.fill(0xff, from, to));
    return `some bytes from ${from} on overwritten`;
  },
  (path) => {
    writeFileSync(path, "and more", { flag: "a" });
    return "made longer";
  },
  (path, _random, foreign) => {
    writeFileSync(path, foreign);
    return "swapped with a file of another kind";
  },
  (path) => {
    rmSync(path);
    mkdirSync(path);
    return "replaced by a folder";
  },
  (path) => {
    rmSync(path);
    return "removed";
  },
  changeType,
  changeType,
];

const WRONG: readonly unknown[] = [null, -1, 0.5, "text", "", [], {}, true, [[]], 1e300];

/** Gives some value in JSON another type; a file of another kind gets the JSON alone. */
function changeType(path: string, random: RandomStream): string {
  const wrong = WRONG[randomInt(random, 0, WRONG.length - 1)];
  const text = new TextDecoder().decode(readFileSync(path));
  if (!/^\s*[{[]/.test(text)) {
    writeFileSync(path, JSON.stringify(wrong));
    return `replaced by ${JSON.stringify(wrong)}`;
  }
  let value: unknown = JSON.parse(text);
  const top = value;
  for (let depth = 0;; depth++) {
    const holder = value as Record<string, unknown>;
    const keys = Object.keys(holder);
    const key = keys[randomInt(random, 0, Math.max(0, keys.length - 1))];
    if (key === undefined) return "left as it was";
    const inner = holder[key];
    const goOn = typeof inner === "object" && inner !== null && Object.keys(inner).length > 0;
    if (goOn && randomInt(random, 0, 3) > 0) value = inner;
    else {
      holder[key] = wrong;
      writeFileSync(path, JSON.stringify(top));
      return `"${key}" at depth ${depth} made ${JSON.stringify(wrong)}`;
    }
  }
}

type End = "told" | "no loss" | "another value";

/** Damages `tries` files, of each kind in turn. */
export async function damagedFilesCampaign(options: CampaignOptions): Promise<CampaignResult> {
  return await withOwnFolder("files", (scratch) => Promise.resolve(damageFiles(options, scratch)));
}

function damageFiles({ seed, tries }: CampaignOptions, scratch: string): CampaignResult {
  const ends: Record<End, number> = { told: 0, "no loss": 0, "another value": 0 };
  const wrong: string[] = [];
  for (let index = 0; index < tries; index++) {
    const kind = FILE_KINDS[index % FILE_KINDS.length] as FileKind;
    const { end, words } = inFolder(
      scratch,
      (folder) => tryOne(kind, folder, randomStream(seed, "files", index)),
    );
    if (end === undefined) wrong.push(`${index} ${kind.name}, ${words}`);
    else ends[end]++;
  }
  const said =
    `${ends.told} told in a sentence, ${ends["no loss"]} without loss, ${
      ends["another value"]
    } read as another ` +
    `value of the right shape (files that git keeps, copies that are verified later)`;
  return { tried: tries, said, wrong };
}

function tryOne(kind: FileKind, folder: string, random: RandomStream): { end?: End; words: string } {
  const path = kind.make(join(folder, "own"));
  const right = kind.read(path);
  const other = FILE_KINDS[randomInt(random, 0, FILE_KINDS.length - 1)] as FileKind;
  const foreign = readFileSync(other.make(join(folder, "other")));
  const damage = (DAMAGES[randomInt(random, 0, DAMAGES.length - 1)] as Damage)(path, random, foreign);
  try {
    const end = judge(kind, kind.read(path), right);
    return end === undefined
      ? { words: `${damage}: read as another value, silently` }
      : { end, words: damage };
  } catch (error) {
    const complaint = complaintOf(error, path);
    return complaint === undefined ? { end: "told", words: damage } : { words: `${damage}: ${complaint}` };
  }
}

function judge({ guard }: FileKind, found: unknown, right: unknown): End | undefined {
  if (isDeepStrictEqual(found, right)) return "no loss";
  if (guard === "stamp") return typeof found === "string" ? "told" : undefined;
  if (found === undefined) return "told"; // a record or checkpoint that is not there is made
  return guard === "shape" ? "another value" : undefined;
}

/** What is wrong with an error, or undefined where it is one sentence that names the file. */
function complaintOf(error: unknown, path: string): string | undefined {
  const message = messageOf(error);
  if (!(error instanceof WeightshareError)) return `it ends in ${(error as Error).stack ?? message}`;
  const name = path.replace(/\.gz$/, ""); // a data file is named as it is called, packed or not
  const named = [name, [dirname(name), basename(name)]].some((parts) =>
    [parts].flat().every((part) => message.includes(part))
  );
  if (!named) return `the file is not named in "${message}"`;
  return message.includes("\n") ? `more than one line: "${message}"` : undefined;
}

/** Gives the action an empty folder in `scratch`, which is gone afterwards. */
function inFolder<T>(scratch: string, action: (folder: string) => T): T {
  const folder = mkdtempSync(join(scratch, "try-"));
  try {
    return action(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
