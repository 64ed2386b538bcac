import { signal } from "@preact/signals";

const EVERY_MS = 5_000;

/** Milliseconds since the epoch, a few seconds old at most: whatever says "ago" follows it. */
export const now = signal(Date.now());

setInterval(() => {
  if (document.visibilityState === "visible") now.value = Date.now();
}, EVERY_MS);
