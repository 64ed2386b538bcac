import { signal } from "@preact/signals";
import type { About, Session } from "../../../api/schemas/session.ts";

/** Who is signed in: undefined until that is known, null for nobody. */
export const session = signal<Session | null | undefined>(undefined);

/** What the console takes; undefined until it has said so. */
export const about = signal<About | undefined>(undefined);

/** Whether the reader was signed in and is not any more, without having asked for it. */
export const ended = signal(false);

/** The console has said that nobody is signed in. */
export function signedOut(): void {
  if (session.peek()) ended.value = true;
  session.value = null;
}

export const isAdministrator = () => session.value?.role === "administrator";
