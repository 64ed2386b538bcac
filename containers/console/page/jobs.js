// The list of the newest jobs: loaded a page at a time, kept up to date by events.

import { listJobs } from "./api.js";
import { byId, element } from "./dom.js";
import { jobRow } from "./job-row.js";

const PAGE = 25;

export function createJobs({ onJobs }) {
  const list = byId("jobs-list");
  const message = byId("jobs-message");
  const older = byId("older");
  const status = byId("status");
  /** By id, newest first. */
  let jobs = new Map();
  let cursor;
  let loads = 0;

  async function load({ more }) {
    const turn = ++loads;
    list.setAttribute("aria-busy", "true");
    try {
      const page = await listJobs({
        limit: PAGE,
        ...(status.value ? { status: status.value } : {}),
        ...(more && cursor ? { cursor } : {}),
      });
      // A later load has begun: this answer is about a list that nobody looks at.
      if (turn !== loads) return;
      if (!more) jobs = new Map();
      for (const job of page.jobs) jobs.set(job.jobId, job);
      cursor = page.cursor;
      onJobs(page.jobs);
      show();
    } catch (error) {
      if (turn === loads) fail(error);
    } finally {
      if (turn === loads) list.setAttribute("aria-busy", "false");
    }
  }

  function show() {
    list.replaceChildren(...[...jobs.values()].map(jobRow));
    older.hidden = cursor === undefined;
    if (jobs.size > 0) return message.replaceChildren();
    const what = status.value ? `No jobs are ${status.selectedOptions[0].text}` : "No jobs yet";
    const since = cursor ? " in the last two days" : "";
    const next = status.value
      ? "Choose another state above."
      : "Drop a file above, and its job appears here.";
    message.replaceChildren(element("p", { class: "notice" }, `${what}${since}. ${next}`));
  }

  function fail(error) {
    const again = element(
      "button",
      { type: "button", class: "plain", onclick: () => load({ more: false }) },
      "Try again",
    );
    message.replaceChildren(
      element(
        "p",
        { class: "notice", "data-kind": "error" },
        "The jobs could not be read. ",
        error.message,
        again,
      ),
    );
  }

  /** A job as it is now: takes its place in the list, or leaves it when it is not asked for any more. */
  function update(job) {
    const wanted = status.value === "" || status.value === job.status;
    const present = byId(`job-${job.jobId}`);
    if (!wanted) {
      jobs.delete(job.jobId);
      present?.remove();
      return;
    }
    const isNew = !jobs.has(job.jobId);
    jobs.set(job.jobId, job);
    if (!isNew) return present?.replaceWith(jobRow(job));
    jobs = new Map([...jobs].sort(([, a], [, b]) => (a.createdAt < b.createdAt ? 1 : -1)));
    const after = [...jobs.keys()];
    const next = after[after.indexOf(job.jobId) + 1];
    list.insertBefore(jobRow(job), next === undefined ? null : byId(`job-${next}`));
    message.replaceChildren();
  }

  older.addEventListener("click", () => load({ more: true }));
  status.addEventListener("change", () => {
    jobs = new Map();
    list.replaceChildren();
    older.hidden = true;
    load({ more: false });
  });
  return { load: () => load({ more: false }), update };
}
