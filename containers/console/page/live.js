// Changes of jobs as they happen. The browser asks again by itself when the stream breaks.

import { byId } from "./dom.js";

export function listen({ onReady, onJob }) {
  const live = byId("live");
  const say = (state, text) => {
    live.dataset.state = state;
    live.querySelector(".live-text").textContent = text;
  };
  const source = new EventSource("/api/events");
  source.addEventListener("open", () => say("live", "Live"));
  source.addEventListener("ready", () => onReady());
  source.addEventListener("job", (event) => onJob(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    if (source.readyState !== EventSource.CLOSED) return say("waiting", "Reconnecting…");
    // The server said no, or something between said it: the browser gives up, this page does not.
    say("waiting", "Not connected, trying again");
    setTimeout(() => listen({ onReady, onJob }), 3000);
  });
}
