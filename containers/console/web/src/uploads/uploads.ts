import { effect, signal } from "@preact/signals";
import type { Job } from "../../../api/schemas/jobs.ts";
import { api } from "../api/client.ts";
import { listen } from "../api/live.ts";
import { about, ended, session } from "../api/session.ts";
import { announce } from "../lib/announce.ts";
import { isOpen, STATUSES } from "../lib/statuses.ts";
import type { NamedFile } from "./dropped-files.ts";
import { sendFile } from "./send-file.ts";
import { type Destination, isUnsettled, type Upload, type UploadState } from "./upload.ts";

/** Files that are sent at once; browsers open six connections to one host. */
const AT_ONCE = 6;
/** Above so many ends nobody wants to hear each of them. */
const ANNOUNCE_UP_TO = 20;
/** So often the list of jobs is asked for what the stream may have left out. */
const RECONCILE_MS = 5_000;
const LIST_PAGES = 60;
/** The reader's clock may be ahead of the console's. */
const CLOCK_SKEW_MS = 120_000;
const MiB = 1024 * 1024;

/** The newest drop first, its files in their order. They are objects that change; `changed` says when. */
export let uploads: readonly Upload[] = [];
/** Changes at most once a frame. */
export const changed = signal(0);

const byKey = new Map<string, Upload>();
/** Jobs that were told of before S3's answer was read. */
const early = new Map<string, Job>();
const waiting: Upload[] = [];
let running = 0;
let count = 0;
let drawing = false;

function touch(): void {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    changed.value++;
  });
}

/** Takes files: the first ones are sent at once, the others wait for their turn. */
export function addFiles(files: readonly NamedFile[]): void {
  const addedAt = new Date().toISOString();
  const added = files.map(
    ({ file, name }): Upload => ({
      id: `upload-${++count}`,
      file,
      name,
      addedAt,
      state: { name: "waiting" },
      sent: 0,
      abort: new AbortController(),
      open: files.length === 1,
    }),
  );
  uploads = added.concat(uploads);
  // A folder may hold more files than a call has room for arguments.
  for (const upload of added) waiting.push(upload);
  announce(
    added.length === 1 ? `${added[0]?.name} is being uploaded` : `${added.length} files are being uploaded`,
  );
  touch();
  next();
}

export function stop(upload: Upload): void {
  upload.abort.abort(new Error("You stopped this upload."));
  const place = waiting.indexOf(upload);
  if (place >= 0) waiting.splice(place, 1);
  if (upload.state.name === "waiting") become(upload, { name: "stopped" });
}

export function retry(upload: Upload): void {
  upload.abort = new AbortController();
  upload.sent = 0;
  waiting.push(upload);
  become(upload, { name: "waiting" });
  next();
}

export function retryAll(): void {
  for (const upload of uploads) if (upload.state.name === "refused") retry(upload);
}

export function toggle(upload: Upload): void {
  upload.open = !upload.open;
  touch();
}

/** Takes everything from the list that is over. */
export function clearFinished(): void {
  uploads = uploads.filter(
    (upload) => isUnsettled(upload) || ["waiting", "sending", "paused"].includes(upload.state.name),
  );
  touch();
}

/** Whether closing the page would lose something. */
export function isSending(): boolean {
  return running > 0 || waiting.length > 0;
}

function become(upload: Upload, state: UploadState): void {
  upload.state = state;
  touch();
}

function next(): void {
  while (running < AT_ONCE) {
    const upload = waiting.shift();
    if (!upload) return;
    running++;
    void send(upload).finally(() => {
      running--;
      next();
    });
  }
}

async function send(upload: Upload): Promise<void> {
  let sending: UploadState = { name: "sending" };
  become(upload, sending);
  try {
    await sendFile(upload, about.peek()?.uploads.multipartAboveBytes ?? 100 * MiB, {
      onDestination: (destination) => settle(upload, destination),
      onProgress: (bytes) => {
        upload.sent = bytes;
        touch();
      },
      onPause: (reason) => become(upload, reason === undefined ? sending : { name: "paused", reason }),
      onResume: (resumedAt) => {
        sending = { name: "sending", resumedAt };
        become(upload, sending);
      },
    });
    upload.sent = upload.file.size;
    const job = early.get(upload.destination?.key ?? "");
    become(upload, job ? { name: "job", job } : { name: "sent" });
  } catch (error) {
    if (upload.abort.signal.aborted) return become(upload, { name: "stopped" });
    const reason = error instanceof Error ? error.message : String(error);
    become(upload, { name: "refused", reason });
    if (uploads.length <= ANNOUNCE_UP_TO) announce(`${upload.name}: ${reason}`);
  }
}

function settle(upload: Upload, destination: Destination): void {
  if (upload.destination) byKey.delete(upload.destination.key);
  upload.destination = destination;
  byKey.set(destination.key, upload);
}

/** A job as it is now: the upload that it comes from shows it. */
function take(job: Job): void {
  const upload = byKey.get(job.key);
  if (!upload || upload.destination?.bucket !== job.bucket) return;
  if (upload.state.name === "sending" || upload.state.name === "paused") {
    early.set(job.key, job);
    return;
  }
  const before = upload.state.name === "job" ? upload.state.job : undefined;
  if (before && before.updatedAt > job.updatedAt) return;
  become(upload, { name: "job", job });
  if (before?.status !== job.status && !isOpen(job.status) && uploads.length <= ANNOUNCE_UP_TO) {
    announce(`${upload.name}: ${STATUSES[job.status].text}`);
  }
}

let reconciling = false;

/** Looks into the list for jobs of uploads that nothing was heard of, such as while the stream was broken. */
async function reconcile(): Promise<void> {
  const open = uploads.filter(isUnsettled);
  if (open.length === 0 || reconciling || !session.peek()) return;
  reconciling = true;
  try {
    const from = new Date(Date.parse(open.at(-1)?.addedAt ?? "") - CLOCK_SKEW_MS).toISOString();
    const limit = Math.min(200, Math.max(20, open.length + 10));
    let cursor: string | undefined;
    for (let page = 0; page < LIST_PAGES; page++) {
      const list = await api.listJobs({ from, limit, cursor });
      for (const job of list.jobs) take(job);
      cursor = list.cursor;
      if (!cursor || !uploads.some(isUnsettled)) return;
    }
  } catch {
    // The stream says that the connection is lost; the next look comes by itself.
  } finally {
    reconciling = false;
  }
}

/** From now on jobs find their uploads, and the browser asks before it drops what is not sent. */
export function followUploads(): void {
  listen("job", take);
  listen("ready", () => void reconcile());
  setInterval(() => void reconcile(), RECONCILE_MS);
  window.addEventListener("beforeunload", (event) => {
    if (isSending()) event.preventDefault();
  });
  // Whoever signs in next is not shown these files; a session that ended by itself may go on with them.
  effect(() => {
    if (session.value !== null || ended.peek()) return;
    for (const upload of uploads) stop(upload);
    uploads = [];
    touch();
  });
}
