/**
 * How fast the console's pages are in a real browser, against the whole local system with 10,000 jobs.
 *
 *   node bench/console-pages.ts [--json]
 */
import { launchBrowser } from "../test/browser/support/browser.ts";
import { measurePages } from "../test/browser/support/page-speed.ts";
import { startSystem } from "../test/browser/support/system.ts";
import { Report } from "./support/report.ts";

const COLD_LOAD_MS = 1_000;
const INTERACTION_MS = 100;

const system = await startSystem();
const browser = await launchBrowser();
try {
  const speed = await measurePages(browser, system);
  const report = new Report();
  report.add("first page, cold load", speed.coldLoadMs, "ms", COLD_LOAD_MS, "less");
  const holding = `with ${speed.jobs} jobs in the table`;
  report.add(`a key, median, ${holding}`, speed.interactionMedianMs, "ms", INTERACTION_MS, "less");
  report.add(`a key, slowest, ${holding}`, speed.interactionMostMs, "ms", INTERACTION_MS, "less");
  report.print();
} finally {
  await browser.close();
  await system.stop();
}
