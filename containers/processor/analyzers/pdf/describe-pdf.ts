import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { PdfContent } from "../../../../events/results/pdf.ts";
import type { AnalysisLimits, Artifact, OnProgress } from "../../../kit/analyze.ts";
import { JobError } from "../../../kit/job-error.ts";
import type { FileToAnalyze, Findings } from "../analyzer.ts";
import { Terms } from "../text/terms.ts";
import type { PagePicture } from "./pages.ts";
import type { PdfReport, PdfTask, ReadPdf } from "./pdf-messages.ts";
import { compilePdfium } from "./pdfium.ts";

/** For the pages; some documents have them without end. */
const MOST_PAGES_MS = 120_000;
/** And beyond that for the one page that is being read: a page may be as endless as a document. */
const LAST_PAGE_MS = 30_000;
const BEGINNING_CHARACTERS = 2_000;

let compiled: Promise<WebAssembly.Module> | undefined;

export async function describePdf(
  file: FileToAnalyze,
  limits: AnalysisLimits,
  progress: OnProgress,
): Promise<Findings<PdfContent>> {
  const keepsArtifacts = !file.nesting;
  const pagesMs = Math.min(MOST_PAGES_MS, limits.timeoutMs / 3);
  compiled ??= compilePdfium();
  const task: PdfTask = {
    path: file.path,
    code: await compiled,
    pagesMs,
    picture: keepsArtifacts,
    ...(keepsArtifacts && { textPath: join(file.folder, "text.txt") }),
  };
  const read = await inThread(task, Math.min(LAST_PAGE_MS, limits.timeoutMs / 3) + pagesMs, file, progress);
  const { pagesRead, characters, words, text, picture, warnings, ...content } = read;
  const artifacts = keepsArtifacts ? await artifactsOf(read, file) : [];
  return {
    facts: {
      type: file.type.label,
      ...(content.pages !== undefined && { pages: content.pages }),
      ...(content.encrypted && { encrypted: true }),
    },
    warnings,
    artifacts,
    content: {
      ...content,
      ...(content.pages !== undefined && {
        text: {
          ...(await termsOf(text)),
          pagesRead,
          words,
          characters,
          beginning: text.slice(0, BEGINNING_CHARACTERS),
        },
      }),
    },
  };
}

async function termsOf(text: string) {
  const terms = new Terms();
  terms.add(text);
  return terms.finish();
}

async function artifactsOf({ characters, picture }: ReadPdf, { folder }: FileToAnalyze): Promise<Artifact[]> {
  const artifacts: Artifact[] = [];
  if (characters > 0) artifacts.push({ name: "text.txt", contentType: "text/plain; charset=utf-8" });
  if (picture) {
    await writePicture(picture, join(folder, "page-1.webp"));
    artifacts.push({ name: "page-1.webp", contentType: "image/webp" });
  }
  return artifacts;
}

async function writePicture({ width, height, pixels }: PagePicture, path: string): Promise<void> {
  const { rawImage } = await import("../images/open-image.ts");
  await rawImage(Buffer.from(pixels.buffer), width, height, 4).removeAlpha().webp().toFile(path);
}

/** @throws JobError when the document cannot be opened, or does not come to an end */
function inThread(
  task: PdfTask,
  mostMs: number,
  { type }: FileToAnalyze,
  progress: OnProgress,
): Promise<ReadPdf> {
  const unreadable = (reason: string) =>
    new JobError("unreadable", `It cannot be read as ${type.label}: ${reason}`);
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL("pdf-thread.ts", import.meta.url), {
      workerData: task,
      // What PDFium warns of goes nowhere.
      stdout: true,
      stderr: true,
    });
    const timer = setTimeout(() => {
      reject(unreadable(`it was not done after ${Math.round(mostMs / 1_000)} s`));
      void thread.terminate();
    }, mostMs);
    thread.on("message", (report: PdfReport) => {
      if (report.kind === "progress") progress(report.percent, report.step);
      else if (report.kind === "read") resolve(report.pdf);
      else reject(unreadable(report.reason));
    });
    thread.on("error", (error: Error) =>
      reject(unreadable(`PDFium broke down: ${error.message.slice(0, 200)}`)),
    );
    thread.on("exit", (code) => {
      clearTimeout(timer);
      reject(unreadable(`its reader ended with exit code ${code}`));
    });
  });
}
