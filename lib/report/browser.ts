import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { setting } from "../environment.ts";
import { FailureError, messageOf } from "../errors.ts";
import { ROOT } from "../paths.ts";
import { claimScratch } from "../scratch.ts";

/** A browser that nobody used for so long is closed, so that the process can end. */
const IDLE_MILLISECONDS = 3000;

let launched: Promise<Browser> | undefined;
let users = 0;
let idle: ReturnType<typeof setTimeout> | undefined;

/** Lends the one browser, started on first use; it closes once nobody has used it for a while. */
export async function withBrowser<T>(use: (browser: Browser) => Promise<T>): Promise<T> {
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
  await (await closing?.catch(() => undefined))?.close().catch(() => undefined);
}

async function sharedBrowser(): Promise<Browser> {
  const browser = await launched?.catch(() => undefined);
  if (browser?.isConnected()) return browser;
  launched = launch();
  return await launched;
}

async function launch(): Promise<Browser> {
  const executablePath = findChromium();
  const { chromium } = await import("playwright-core");
  // The stop button of a notebook sends SIGINT: the browser must not end the process then, and outlives it in its own group.
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  const { folder, release } = await claimScratch("weightshare-browser");
  const args = ["--no-sandbox", "--disable-gpu"];
  try {
    const options = { executablePath, ...signals, env: environment(folder), args };
    const browser = await withTemporaryFolder(folder, () => chromium.launch(options));
    browser.on("disconnected", release);
    return browser;
  } catch (error) {
    release();
    const [reason] = messageOf(error).split("\n");
    throw new FailureError(
      `Starting Chromium (${executablePath}) to draw figures: ${reason}; run "deno task setup", or name another Chromium ` +
        `with WEIGHTSHARE_CHROMIUM=PATH.`,
    );
  }
}

/** playwright puts a browser's profile into the temporary folder; where it is killed, the profile stays there. */
async function withTemporaryFolder<T>(folder: string, action: () => Promise<T>): Promise<T> {
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = folder;
  try {
    return await action();
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
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
