/**
 * Takes docs/screenshots anew, of the whole local system at work: a few minutes.
 *
 *   npm run screenshots
 */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { PROJECT_ROOT } from "../e2e/support/longshore-process.ts";
import { launchBrowser } from "./support/browser.ts";
import { armFault } from "./support/faults.ts";
import { seedPast } from "./support/seed-past.ts";
import { type System, startSystem } from "./support/system.ts";

const FOLDER = join(PROJECT_ROOT, "docs", "screenshots");
const SAMPLES = join(PROJECT_ROOT, "samples");
const DESKTOP = { width: 1280, height: 860 };
const PHONE = { width: 360, height: 740 };
/** CloudWatch's metrics come once a minute: so many points make a chart. */
const MINUTES_OF_METRICS = 2;
/** Bytes of one picture at most. */
const MOST_BYTES = 150_000;

interface Shot {
  readonly name: string;
  readonly address: string;
  readonly colorScheme?: "light" | "dark";
  readonly viewport?: { readonly width: number; readonly height: number };
  /** What is there when all of it is there. */
  readonly ready?: string;
}

const system = await startSystem();
const browser = await launchBrowser();
try {
  mkdirSync(FOLDER, { recursive: true });
  const began = Date.now();
  await seedPast(system);
  await dropHarm(await open(browser, system, { name: "drop", address: "/" }));
  const page = await open(browser, system, { name: "drop", address: "/" });
  await dropSamples(page);
  const jobs = await jobsByName(page);
  const job = (name: string) => `/jobs/${jobs[name]}`;
  const shots: Shot[] = [
    { name: "jobs", address: "/jobs", ready: ".jobs-row" },
    { name: "job-table", address: job("arrivals.csv"), ready: ".histogram" },
    { name: "job-image-dark", address: job("tide.jpg"), ready: ".palette", colorScheme: "dark" },
    { name: "incidents", address: "/incidents", ready: ".incident" },
    { name: "reports", address: "/reports", ready: ".bar-chart" },
    { name: "phone-job", address: job("arrivals.csv"), ready: ".histogram", viewport: PHONE },
    { name: "phone-drop-dark", address: "/", viewport: PHONE, colorScheme: "dark" },
  ];
  for (const shot of shots) await take(await open(browser, system, shot), shot);

  await page.getByRole("button", { name: "Show result of tide.jpg" }).click();
  await page.locator(".palette").waitFor();
  await take(page, { name: "drop", address: "/" });
  const left = MINUTES_OF_METRICS * 60_000 - (Date.now() - began);
  if (left > 0) await page.waitForTimeout(left);
  const cluster: Shot = { name: "cluster", address: "/cluster", ready: ".time-chart" };
  await take(await open(browser, system, cluster), cluster);
} finally {
  await browser.close();
  await system.stop();
}

async function open(
  from: Browser,
  { console: origin, tokens }: System,
  { address, colorScheme = "light", viewport = DESKTOP, ready }: Shot,
): Promise<Page> {
  const context = await from.newContext({
    baseURL: origin,
    colorScheme,
    viewport,
    locale: "en-GB",
    timezoneId: "Europe/Oslo",
    isMobile: viewport === PHONE,
  });
  const page = await context.newPage();
  await page.goto(`${address}#token=${tokens.administrator}`);
  await page
    .locator(ready ?? ".page h1")
    .first()
    .waitFor();
  await page.locator(".loading").first().waitFor({ state: "detached" });
  return page;
}

/** A burst of small files, and tasks that come to harm. */
async function dropHarm(page: Page): Promise<void> {
  const burst = Array.from({ length: 150 }, (_, index) => ({
    name: `manifest-${String(index).padStart(3, "0")}.csv`,
    mimeType: "text/csv",
    buffer: Buffer.from(`ship,tonnes\nAda,${index}\nGrace,${index * 7}\n`),
  }));
  await page.setInputFiles("[data-pick=files]", burst);
  for (const kind of ["task-kill", "image-pull-error"] as const) {
    await armFault(system.endpoint, kind);
    const name = kind === "task-kill" ? "soundings.csv" : "survey.csv";
    const rows = Array.from({ length: 400_000 }, (_, row) => `${row},${(row * 7919) % 613}`).join("\n");
    const file = { name, mimeType: "text/csv", buffer: Buffer.from(`station,depth\n${rows}\n`) };
    await page.setInputFiles("[data-pick=files]", file);
    await page
      .locator(".upload")
      .filter({ hasText: name })
      .getByText(/^(Succeeded|Failed)$/)
      .waitFor({ timeout: 120_000 });
  }
  await page.getByText(/151 done/).waitFor({ timeout: 180_000 });
}

async function dropSamples(page: Page): Promise<void> {
  const samples = [
    "arrivals.csv",
    "ships.xlsx",
    "tide.jpg",
    "tide-tables.pdf",
    "bundle.zip",
    "harbour.html",
    "broken.csv",
  ];
  await page.setInputFiles(
    "[data-pick=files]",
    samples.map((name) => join(SAMPLES, name)),
  );
  await page.getByText(`${samples.length} done`).waitFor({ timeout: 180_000 });
}

async function jobsByName(page: Page): Promise<Record<string, string>> {
  return page.evaluate(async () => {
    const { jobs } = await (await fetch("/api/jobs?limit=50")).json();
    return Object.fromEntries(jobs.map((job: { name: string; jobId: string }) => [job.name, job.jobId]));
  });
}

/** Few colours are enough for a page, and make its picture small. */
async function take(page: Page, { name }: Shot): Promise<void> {
  // Charts and thumbnails that have just come are drawn in the next frames.
  await page.waitForTimeout(500);
  const png = await page.screenshot();
  const file = join(FOLDER, `${name}.png`);
  await sharp(png).png({ palette: true, colours: 200, compressionLevel: 9, effort: 10 }).toFile(file);
  const bytes = readFileSync(file).length;
  console.log(`${name}.png ${Math.round(bytes / 1000)} kB`);
  if (bytes > MOST_BYTES) throw new Error(`${file} has ${bytes} bytes; a picture has at most ${MOST_BYTES}`);
}
