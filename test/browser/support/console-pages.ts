import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject } from "vitest";
import { launchBrowser } from "./browser.ts";
import type { System } from "./system.ts";

export interface Visit extends BrowserContextOptions {
  /** Nobody is signed in without it. */
  readonly role?: keyof System["tokens"];
}

export interface Visitor {
  /** Not without a browser on this machine: every test of the file is skipped then. */
  readonly isPossible: boolean;
  readonly system: System;
  readonly browser: Browser;
  /** A page of its own browser profile, signed in, at an address of the console. */
  open(address: string, visit?: Visit): Promise<Page>;
  /** Another tab of the same profile. */
  tab(page: Page, address: string): Promise<Page>;
  /** A fault that a test provokes shows in the browser's console as well. */
  expectConsoleErrors(pattern: RegExp): void;
}

/** The title of a page, or of the one that asks who is there: not of the moment before either. */
const SHOWN = ".page h1, .sign-in h1";

/** What a browser says of a page that broke a policy or threw. */
const errors: string[] = [];
let expected: RegExp[] = [];

/** A browser for one test file. Whatever a page throws, or its policy refuses, fails the test in which it happens. */
export function visitor(): Visitor {
  const system = inject("system") as System;
  const isPossible = system !== undefined;
  let browser: Browser;
  let contexts: BrowserContext[] = [];

  beforeAll(async () => {
    if (isPossible) browser = await launchBrowser();
  });
  beforeEach(({ skip }) => skip(!isPossible, "no browser comes with npm for this machine"));
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await tellPages(contexts);
    await Promise.all(contexts.map((context) => context.close()));
    contexts = [];
    const unexpected = errors.filter((text) => !expected.some((pattern) => pattern.test(text)));
    errors.length = 0;
    expected = [];
    expect(unexpected, "the browser's console").toEqual([]);
  });
  afterAll(() => browser?.close());

  const watch = (page: Page) => {
    page.setDefaultTimeout(20_000);
    page.on("pageerror", (error) => errors.push(`${error.name}: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    return page;
  };
  return {
    isPossible,
    system,
    get browser() {
      return browser;
    },
    async open(address, { role, ...options } = {}) {
      const context = await browser.newContext({
        locale: "en-GB",
        timezoneId: "Europe/Oslo",
        viewport: { width: 1280, height: 900 },
        baseURL: system.console,
        ...options,
      });
      contexts.push(context);
      const page = watch(await context.newPage());
      await page.goto(role === undefined ? address : `${address}#token=${system.tokens[role]}`);
      await page.locator(SHOWN).waitFor();
      return page;
    },
    async tab(page, address) {
      const other = watch(await page.context().newPage());
      await other.goto(address);
      await other.locator(SHOWN).waitFor();
      return other;
    },
    expectConsoleErrors(pattern) {
      expected.push(pattern);
    },
  };
}

/** What stood there when a test failed is the first thing that one wants to know. */
async function tellPages(contexts: readonly BrowserContext[]): Promise<void> {
  for (const page of contexts.flatMap((context) => context.pages())) {
    const text = await page.locator("body").innerText({ timeout: 2_000 }).catch(String);
    console.error(`${page.url()} shows:\n${text.slice(0, 3_000)}`);
  }
}

/** Drops files as a file manager does: all at once, anywhere on the page. */
export async function dropFiles(
  page: Page,
  files: readonly { readonly name: string; readonly text: string; readonly size?: number }[],
): Promise<void> {
  await page.evaluate((given) => {
    const transfer = new DataTransfer();
    const claims = new Map(given.flatMap(({ name, size }) => (size === undefined ? [] : [[name, size]])));
    const own = Object.getOwnPropertyDescriptor(Blob.prototype, "size")?.get;
    if (claims.size > 0) {
      // Files that claim to be larger than this machine could keep.
      Object.defineProperty(File.prototype, "size", {
        get(this: File) {
          return claims.get(this.name) ?? own?.call(this);
        },
      });
    }
    for (const { name, text } of given) transfer.items.add(new File([text], name));
    const event = new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
    document.body.dispatchEvent(event);
  }, files);
}

/** The row of an upload. */
export const uploadOf = (page: Page, name: string) =>
  page.locator(".upload").filter({ has: page.getByText(name, { exact: true }) });
