import { batch } from "@preact/signals";
import { api } from "./client.ts";
import { ApiError } from "./problem.ts";
import { about, ended, session } from "./session.ts";

/** The address that `npm start` prints carries the token in its fragment, which browsers send to nobody. */
function tokenInAddress(): string | undefined {
  const token = new URLSearchParams(window.location.hash.slice(1)).get("token");
  if (token === null) return undefined;
  // Neither the history nor a bookmark is to keep it.
  history.replaceState(null, "", window.location.pathname + window.location.search);
  return token;
}

/** @throws ApiError when the console does not answer at all */
export async function startSession(): Promise<void> {
  const token = tokenInAddress();
  const [said, who] = await Promise.all([
    api.about(),
    token === undefined ? currentSession() : api.signIn(token).catch(currentSession),
  ]);
  batch(() => {
    about.value = said;
    session.value = who;
  });
}

async function currentSession() {
  try {
    return await api.session();
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

/** @throws ApiError in words for the reader */
export async function signIn(token: string): Promise<void> {
  const who = await api.signIn(token);
  batch(() => {
    session.value = who;
    ended.value = false;
  });
}

export async function signOut(): Promise<void> {
  await api.signOut();
  session.value = null;
}
