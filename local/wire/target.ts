/** A request's target, taken apart. */
export interface Target {
  /** As it was sent: still percent-encoded, with any `..` and `//` in it. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Takes a request target apart whatever is in it: `new URL()` throws at `//` and folds `..`, which keys may hold. */
export function splitTarget(url = "/"): Target {
  const mark = url.indexOf("?");
  return mark < 0
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) };
}
