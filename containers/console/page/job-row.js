// One job, or one upload on its way to be one, as a row of a list.

import { element } from "./dom.js";
import { ago, duration, fact, fileName, instant, label, size } from "./format.js";
import { adviceOn, statusOf } from "./statuses.js";

/** The parts of a row. `side` and `body` are lists of nodes and texts. */
export function row({ id, status, tone, name, title, side, body }) {
  return element(
    "li",
    { class: "row", id },
    element("span", { class: "row-status", "data-tone": tone }, status),
    element("span", { class: "row-name", title }, name),
    element("span", { class: "row-side" }, side),
    element("div", { class: "row-body" }, body),
  );
}

export function jobRow(job) {
  const { text, tone } = statusOf(job);
  return row({
    id: `job-${job.jobId}`,
    status: text,
    tone,
    name: fileName(job.key),
    title: `s3://${job.bucket}/${job.key}`,
    side: [element("span", {}, size(job.size)), time(job.createdAt)],
    body: jobBody(job),
  });
}

/** What there is to say of a job: its pipeline, then facts, failure or progress, as its state has it. */
export function jobBody(job) {
  if (job.status === "failed" && job.failure) {
    return [
      element("p", { class: "row-failure" }, job.failure.message),
      element("p", {}, adviceOn(job.failure)),
    ];
  }
  if (job.status === "succeeded") return [facts(job)];
  if (job.status === "running" && job.progress) {
    const { percent, step } = job.progress;
    return [
      element("progress", { max: 100, value: percent, "aria-label": `Progress of ${fileName(job.key)}` }),
      element("p", {}, `${step}, ${Math.round(percent)} %`),
    ];
  }
  const waits = job.status === "queued" && job.waitingFor ? `; waiting: ${job.waitingFor}` : "";
  const newer = job.status === "superseded" ? "; a newer version of this key has come" : "";
  return [element("p", {}, `${job.pipeline}, ${job.lane} lane${waits}${newer}`)];
}

function facts(job) {
  const took = job.startedAt && job.finishedAt && Date.parse(job.finishedAt) - Date.parse(job.startedAt);
  const pairs = [
    ...Object.entries(job.facts ?? {}).map(([name, value]) => [label(name), fact(name, value)]),
    ["pipeline", job.pipeline],
    ...(took === undefined ? [] : [["took", duration(took)]]),
  ];
  return element(
    "dl",
    { class: "facts" },
    pairs.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
    element("div", {}, element("dt", { class: "hidden" }, "result"), element("dd", {}, resultLink(job))),
  );
}

function resultLink(job) {
  return element(
    "a",
    { href: `/api/jobs/${job.jobId}/result`, "aria-label": `Result of ${fileName(job.key)} as JSON` },
    "JSON",
  );
}

function time(isoTime) {
  return element("time", { datetime: isoTime, title: instant(isoTime) }, ago(isoTime));
}

/** Says again how long ago everything was. */
export function refreshTimes() {
  for (const each of document.querySelectorAll("time[datetime]")) {
    each.textContent = ago(each.getAttribute("datetime"));
  }
}
