import type { Browser } from "playwright-core";
import { pastJob, putJobs } from "./seed-past.ts";
import type { System } from "./system.ts";

const HOUR_MS = 3_600_000;

// Text, because the benches that read this file are checked without a browser's types.
const HELD = `Number(document.querySelector(".page-head p")?.textContent.replaceAll(/[^0-9]/g, "") ?? 0)`;
/** The frame after the next one shows what a key has done. */
const PRESS_KEYS = `(async () => {
  const taken = [];
  for (const key of [...Array(30).fill("ArrowDown"), "End", "Home", "End", "Home"]) {
    const began = performance.now();
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    taken.push(performance.now() - began);
  }
  return taken.sort((a, b) => a - b);
})()`;

export interface PageSpeed {
  /** Milliseconds from asking for the address to the jobs being there, with an empty cache. */
  readonly coldLoadMs: number;
  /** Jobs that the table holds while it is used. */
  readonly jobs: number;
  /** Milliseconds from a key to the frame that answers it, the median and the slowest of all. */
  readonly interactionMedianMs: number;
  readonly interactionMostMs: number;
}

/** How fast the pages are: a cold load of the list of jobs, then keys and jumps while it holds many of them. */
export async function measurePages(browser: Browser, system: System, jobs = 10_000): Promise<PageSpeed> {
  const start = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS;
  await putJobs(
    system,
    Array.from({ length: jobs }, (_, index) => pastJob(system, start, index, jobs)),
  );
  const context = await browser.newContext({
    baseURL: system.console,
    viewport: { width: 1280, height: 900 },
  });
  const signedIn = await context.newPage();
  await signedIn.goto(`/#token=${system.tokens.administrator}`);
  await signedIn.locator(".page h1").waitFor();
  await signedIn.close();

  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.clearBrowserCache");
  const began = performance.now();
  await page.goto("/jobs", { waitUntil: "commit" });
  await page.locator(".jobs-row").first().waitFor();
  const coldLoadMs = performance.now() - began;

  // The list reads on as its end comes near.
  const held = () => page.evaluate<number>(HELD);
  while ((await held()) < jobs) {
    await page.evaluate("window.scrollTo(0, document.body.scrollHeight)");
    await page.waitForTimeout(20);
  }
  await page.evaluate("window.scrollTo(0, 0)");
  await page.locator(".jobs-row a").first().focus();
  const times = await page.evaluate<number[]>(PRESS_KEYS);
  const result = {
    coldLoadMs,
    jobs: await held(),
    interactionMedianMs: times[Math.floor(times.length / 2)] ?? 0,
    interactionMostMs: times.at(-1) ?? 0,
  };
  await context.close();
  return result;
}
