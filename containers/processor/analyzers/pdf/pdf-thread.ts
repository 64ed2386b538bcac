import { parentPort, workerData } from "node:worker_threads";
import type { PdfReport, PdfTask } from "./pdf-messages.ts";
import { Pdfium } from "./pdfium.ts";
import { readPdf } from "./read-pdf.ts";

/** PDFium computes without a pause: in a thread of its own it can be stopped. */
const task = workerData as PdfTask;
const report = (message: PdfReport) => parentPort?.postMessage(message);

const pdfium = await Pdfium.load(task.code);
const opened = pdfium.open(task.path);
if (opened.problem !== undefined) report({ kind: "unreadable", reason: opened.problem });
else {
  report({
    kind: "read",
    pdf: readPdf(pdfium, opened, task, (percent, step) => report({ kind: "progress", percent, step })),
  });
}
opened.close();
