import { signal } from "@preact/signals";

/** What a screen reader says next. */
export const announcement = signal("");

/** Says something to screen readers without moving the reader. */
export function announce(text: string): void {
  // The same words twice are said twice.
  announcement.value = announcement.peek() === text ? `${text}\u00a0` : text;
}
