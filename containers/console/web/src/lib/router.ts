import { computed, signal } from "@preact/signals";

const href = signal(currentHref());

function currentHref(): string {
  return window.location.pathname + window.location.search;
}

/** Path of the page, without its query. */
export const path = computed(() => href.value.split("?")[0] ?? "/");
/** The page's query. */
export const query = computed(() => new URLSearchParams(href.value.split("?")[1] ?? ""));

/** Goes to another page of ours. @param replace leaves no entry in the reader's history */
export function navigate(to: string, { replace = false } = {}): void {
  if (to !== currentHref()) {
    if (replace) history.replaceState(null, "", to);
    else history.pushState(null, "", to);
  }
  href.value = to;
}

/** Puts filters into the address: empty ones are left out. */
export function setQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const next = new URLSearchParams(query.peek());
  for (const [name, value] of Object.entries(changes)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  const text = next.toString();
  navigate(text === "" ? path.peek() : `${path.peek()}?${text}`, { replace: true });
}

/** From now on links to our own pages change the page in place; all others are left to the browser. */
export function followLinks(): void {
  window.addEventListener("popstate", () => {
    href.value = currentHref();
  });
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!(link instanceof HTMLAnchorElement)) return;
    const elsewhere = link.origin !== window.location.origin || link.target || link.hasAttribute("download");
    if (elsewhere || link.pathname.startsWith("/api/") || link.getAttribute("href")?.startsWith("#")) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
    window.scrollTo(0, 0);
  });
}
