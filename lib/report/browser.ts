import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { setting } from "../environment.ts";
import { FailureError, messageOf } from "../errors.ts";
import { type OwnFolder, ownFolder } from "../own_folder.ts";
import { ROOT } from "../paths.ts";

/** A browser that nobody used for so long is closed, so that the process can end. */
const IDLE_MILLISECONDS = 3000;

/**
 * A kept page is used so often: at the 10 000th text of a page, plotly forgets what it has measured, in the midst of a drawing, which it
 * then writes in another order. The study's figures have at most 204 texts.
 */
const USES = 40;

/** Makes a page ready for its uses. */
type Prepare = (page: Page) => Promise<unknown>;

interface Kept {
  page: Page;
  uses: number;
}

interface Launched {
  browser: Browser;
  folder: OwnFolder;
  /** Open pages that nobody uses now, by what has made them ready. */
  kept: Map<Prepare, Kept[]>;
}

let launched: Promise<Launched> | undefined;
let users = 0;
let idle: ReturnType<typeof setTimeout> | undefined;

/** A page is waited for so long: on a machine with far more to do than cores, playwright's own 30 s have not been enough. */
const PATIENCE_MILLISECONDS = 300_000;

/** Opens a page with nothing of any other in the one browser, which is started on first use and closes once nobody has used it for a while. */
export async function withPage<T>(
  options: BrowserContextOptions,
  use: (page: Page) => Promise<T>,
): Promise<T> {
  return await withBrowser(async ({ browser }) => {
    const page = await openPage(browser, options);
    try {
      return await use(page);
    } finally {
      await closePage(page);
    }
  });
}

/**
 * Gives a page that can reach no network and that `prepare` has made ready, now or for an earlier use, which it has not forgotten. As
 * many stay open as were used at once; one whose use fails does not, nor one that has been used often.
 */
export async function withKeptPage<T>(prepare: Prepare, use: (page: Page) => Promise<T>): Promise<T> {
  return await withBrowser(async ({ browser, kept }) => {
    const pages = kept.get(prepare) ?? [];
    kept.set(prepare, pages);
    const ready = pages.pop();
    const page = ready?.page ?? await openPage(browser, { offline: true });
    const uses = (ready?.uses ?? 0) + 1;
    try {
      if (ready === undefined) await prepare(page);
      const result = await use(page);
      if (uses < USES) pages.push({ page, uses });
      else await closePage(page);
      return result;
    } catch (error) {
      await closePage(page);
      throw error;
    }
  });
}

async function openPage(browser: Browser, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE_MILLISECONDS);
  return await context.newPage();
}

async function closePage(page: Page): Promise<void> {
  await page.context().close().catch(() => undefined);
}

async function withBrowser<T>(use: (launched: Launched) => Promise<T>): Promise<T> {
  clearTimeout(idle);
  users++;
  try {
    return await use(await sharedBrowser());
  } finally {
    users--;
    if (users === 0) idle = setTimeout(() => void closeBrowser(), IDLE_MILLISECONDS);
  }
}

/** Closes the shared browser now; the next use starts another. */
export async function closeBrowser(): Promise<void> {
  clearTimeout(idle);
  const closing = launched;
  launched = undefined;
  const closed = await closing?.catch(() => undefined);
  await closed?.browser.close().catch(() => undefined);
  await closed?.folder.remove();
}

async function sharedBrowser(): Promise<Launched> {
  const known = launched;
  const there = await known?.catch(() => undefined);
  if (there?.browser.isConnected()) return there;
  if (launched !== known) return await sharedBrowser(); // another user has started one meanwhile
  return await (launched = launch());
}

/** MiB for a profile and what is drawn: without them Chromium ends in the midst of it, or answers no more. */
const ROOM = 128;

/** Its files are in a folder of ours, in the place of playwright's own, which a killed process leaves behind for ever. */
async function launch(): Promise<Launched> {
  const executablePath = findChromium();
  const { chromium } = await import("playwright-core");
  const folder = await ownFolder("browser", ROOM);
  // The stop button of a notebook sends SIGINT: the browser must not end the process then, and outlives it in its own group.
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  try {
    const context = await chromium.launchPersistentContext(join(folder.path, "profile"), {
      executablePath,
      ...signals,
      timeout: PATIENCE_MILLISECONDS,
      artifactsDir: join(folder.path, "artifacts"),
      env: environment(folder.path),
      args: ["--no-sandbox", "--disable-gpu", "--no-proxy-server"], // all that it is shown is on this machine
    });
    return { browser: context.browser() as Browser, folder, kept: new Map() };
  } catch (error) {
    await folder.remove();
    const [reason] = messageOf(error).split("\n");
    throw new FailureError(`Starting Chromium (${executablePath}) to draw figures: ${reason}; ${FIX}.`);
  }
}

const FIX = 'run "deno task setup", or name another Chromium with WEIGHTSHARE_CHROMIUM=PATH';

/** WEIGHTSHARE_CHROMIUM, else the Chromium that the set-up unpacked. */
function findChromium(): string {
  const path = resolve(setting("WEIGHTSHARE_CHROMIUM") ?? join(CHROMIUM, "chromium"));
  if (existsSync(path)) return path;
  throw new FailureError(
    `Looking for Chromium to draw figures: there is none at ${path}; ${FIX}.`,
  );
}

/** Where the set-up unpacks Chromium, its libraries for bare machines and its fonts. */
export const CHROMIUM: string = join(ROOT, "vendor", "chromium");

function environment(temporary: string): Record<string, string> {
  const own = Object.entries(process.env).filter((entry): entry is [string, string] =>
    entry[1] !== undefined
  );
  const libraries = [process.env["LD_LIBRARY_PATH"], join(CHROMIUM, "al2023", "lib")].filter(Boolean).join(
    ":",
  );
  return { ...Object.fromEntries(own), LD_LIBRARY_PATH: libraries, TMPDIR: temporary };
}
