// The reader's own uploads: a few at a time, each followed until its job has ended.

import { prepareUpload } from "./api.js";
import { announce, byId, element } from "./dom.js";
import { size } from "./format.js";
import { jobBody, row } from "./job-row.js";
import { statusOf } from "./statuses.js";
import { sendFile } from "./upload.js";

const AT_ONCE = 3;
/** More rows than this at once help nobody; the rest is counted. */
const MAX_ROWS = 100;

export function createUploads() {
  const list = byId("uploads-list");
  /** Newest first. */
  const uploads = [];
  let running = 0;
  let count = 0;

  function add(files) {
    const added = files.map((file) => ({ id: `upload-${++count}`, file, state: "waiting", fraction: 0 }));
    uploads.unshift(...added);
    byId("uploads").hidden = false;
    list.replaceChildren(...uploads.slice(0, MAX_ROWS).map(uploadRow));
    summarize();
    next();
  }

  function next() {
    // The file that was dropped first goes first.
    while (running < AT_ONCE) {
      const upload = uploads.findLast(({ state }) => state === "waiting");
      if (!upload) return;
      running++;
      void send(upload).finally(() => {
        running--;
        summarize();
        next();
      });
    }
  }

  async function send(upload) {
    upload.state = "sending";
    upload.stop = new AbortController();
    show(upload);
    try {
      const prepared = await prepareUpload(upload.file);
      upload.prepared = prepared;
      await sendFile(
        upload.file,
        prepared.form,
        (fraction) => progress(upload, fraction),
        upload.stop.signal,
      );
      // The job may have been told of before S3's answer was read.
      if (upload.state === "sending") upload.state = "sent";
    } catch (error) {
      upload.state = "refused";
      upload.reason = error.message;
      announce(`${upload.file.name}: ${error.message}`);
    }
    show(upload);
  }

  function progress(upload, fraction) {
    upload.fraction = fraction;
    const bar = byId(upload.id)?.querySelector("progress");
    if (!bar) return;
    bar.value = fraction;
    bar.nextElementSibling.textContent = progressText(upload);
  }

  function show(upload) {
    byId(upload.id)?.replaceWith(uploadRow(upload));
  }

  function retry(upload) {
    upload.state = "waiting";
    upload.fraction = 0;
    show(upload);
    next();
  }

  function uploadRow(upload) {
    const { file, job } = upload;
    const base = { id: upload.id, name: file.name, side: [element("span", {}, size(file.size))] };
    if (upload.state === "job") {
      const { text, tone } = statusOf(job);
      return row({ ...base, status: text, tone, body: jobBody(job) });
    }
    return row({ ...base, ...parts(upload) });
  }

  function parts(upload) {
    const button = (text, onclick) =>
      element(
        "button",
        { type: "button", class: "plain", "aria-label": `${text}: ${upload.file.name}`, onclick },
        text,
      );
    switch (upload.state) {
      case "waiting":
        return {
          status: "Waiting",
          tone: "quiet",
          body: [element("p", {}, "Goes up after the files before it")],
        };
      case "sending":
        return {
          status: "Uploading",
          tone: "busy",
          side: [button("Stop", () => upload.stop.abort())],
          body: [
            element("progress", {
              max: 1,
              value: upload.fraction,
              "aria-label": `Upload of ${upload.file.name}`,
            }),
            element("p", {}, progressText(upload)),
          ],
        };
      case "sent":
        return {
          status: "Uploaded",
          tone: "busy",
          body: [
            element(
              "p",
              {},
              `${upload.prepared.pipeline}, ${upload.prepared.lane} lane, its job is about to start`,
            ),
          ],
        };
      default:
        return {
          status: "Not uploaded",
          tone: "bad",
          side: [button("Try again", () => retry(upload))],
          body: [element("p", { class: "row-failure" }, upload.reason)],
        };
    }
  }

  /** A job as it is now: the upload that it comes from shows it. */
  function update(job) {
    const upload = uploads.find(
      ({ prepared }) => prepared?.key === job.key && prepared.bucket === job.bucket,
    );
    if (!upload || (upload.job && upload.job.updatedAt > job.updatedAt)) return;
    const ended = upload.job?.status !== job.status && ["succeeded", "failed"].includes(job.status);
    upload.state = "job";
    upload.job = job;
    show(upload);
    summarize();
    if (ended) announce(`${upload.file.name}: ${statusOf(job).text}`);
  }

  function summarize() {
    const of = (...states) => uploads.filter(({ state }) => states.includes(state)).length;
    const ended = uploads.filter(({ job }) => job?.status === "succeeded" || job?.status === "failed").length;
    const refused = of("refused");
    const parts = [`${of("sent", "job")} of ${uploads.length} uploaded`, `${ended} done`];
    if (refused > 0) parts.push(`${refused} not uploaded`);
    byId("uploads-summary").textContent = parts.join(", ");
    const more = byId("uploads-more");
    more.hidden = uploads.length <= MAX_ROWS;
    more.textContent = `and ${uploads.length - MAX_ROWS} more that are not shown`;
  }

  return { add, update };
}

function progressText({ fraction, file }) {
  return `${size(fraction * file.size)} of ${size(file.size)}`;
}
