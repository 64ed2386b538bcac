import { effect, signal } from "@preact/signals";
import type { IncidentSummary } from "../../../api/schemas/incidents.ts";
import type { Job } from "../../../api/schemas/jobs.ts";
import { session } from "./session.ts";

/** `lost`: the stream broke and is being asked for again. */
export const liveState = signal<"off" | "connecting" | "live" | "lost">("off");

interface Events {
  /** From here on every change is told; what was before is in the lists, which are to be read again. */
  readonly ready: () => void;
  readonly job: (job: Job) => void;
  readonly incident: (incident: IncidentSummary) => void;
}

const listeners: { readonly [Name in keyof Events]: Set<Events[Name]> } = {
  ready: new Set(),
  job: new Set(),
  incident: new Set(),
};

/** @returns how to stop listening */
export function listen<Name extends keyof Events>(name: Name, listener: Events[Name]): () => void {
  listeners[name].add(listener);
  return () => void listeners[name].delete(listener);
}

/** A browser gives up on a stream that is refused; we do not. */
const RETRY_MS = 3_000;

let source: EventSource | undefined;
let retry: ReturnType<typeof setTimeout> | undefined;

function connect(): void {
  // Browsers come back by themselves with the id of the last event, so that nothing is missed.
  const opened = new EventSource("/api/events");
  source = opened;
  if (liveState.peek() !== "lost") liveState.value = "connecting";
  opened.addEventListener("open", () => {
    liveState.value = "live";
  });
  opened.addEventListener("ready", () => {
    for (const listener of listeners.ready) listener();
  });
  opened.addEventListener("job", ({ data }: MessageEvent<string>) => {
    const job = JSON.parse(data) as Job;
    for (const listener of listeners.job) listener(job);
  });
  opened.addEventListener("incident", ({ data }: MessageEvent<string>) => {
    const incident = JSON.parse(data) as IncidentSummary;
    for (const listener of listeners.incident) listener(incident);
  });
  opened.addEventListener("error", () => {
    liveState.value = "lost";
    if (opened.readyState !== EventSource.CLOSED || source !== opened) return;
    retry = setTimeout(connect, RETRY_MS);
  });
}

function disconnect(): void {
  clearTimeout(retry);
  source?.close();
  source = undefined;
  liveState.value = "off";
}

/** Listens for as long as somebody is signed in. */
export function followSession(): void {
  effect(() => {
    if (!session.value) return;
    connect();
    return disconnect;
  });
}
