import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { setting } from "../environment.ts";
import { FailureError, messageOf } from "../errors.ts";
import { type OwnFolder, ownFolder } from "../own_folder.ts";
import { ROOT } from "../paths.ts";

/** A browser that nobody used for so long is closed, so that the process can end. */
const IDLE_MILLISECONDS = 3000;

interface Launched {
  browser: Browser;
  folder: OwnFolder;
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
  clearTimeout(idle);
  users++;
  try {
    const context = await (await sharedBrowser()).newContext(options);
    context.setDefaultTimeout(PATIENCE_MILLISECONDS);
    try {
      return await use(await context.newPage());
    } finally {
      await context.close().catch(() => undefined);
    }
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

async function sharedBrowser(): Promise<Browser> {
  const { browser } = await launched?.catch(() => undefined) ?? {};
  if (browser?.isConnected()) return browser;
  launched = launch();
  return (await launched).browser;
}

/** Its files are in a folder of ours, in the place of playwright's own, which a killed process leaves behind for ever. */
async function launch(): Promise<Launched> {
  const executablePath = findChromium();
  const { chromium } = await import("playwright-core");
  const folder = await ownFolder("browser");
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
    return { browser: context.browser() as Browser, folder };
  } catch (error) {
    await folder.remove();
    const [reason] = messageOf(error).split("\n");
    throw new FailureError(
      `Starting Chromium (${executablePath}) to draw figures: ${reason}; run "deno task setup", or name another Chromium ` +
        `with WEIGHTSHARE_CHROMIUM=PATH.`,
    );
  }
}

/** WEIGHTSHARE_CHROMIUM, else the Chromium that the set-up unpacked. */
function findChromium(): string {
  const path = resolve(setting("WEIGHTSHARE_CHROMIUM") ?? join(CHROMIUM, "chromium"));
  if (existsSync(path)) return path;
  throw new FailureError(
    `Drawing a figure: there is no Chromium at ${path}; run "deno task setup", or name another one with WEIGHTSHARE_CHROMIUM=PATH.`,
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
