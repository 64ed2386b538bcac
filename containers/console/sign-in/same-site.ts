import { Problem, shown } from "../problem.ts";

/** What a request says of where it comes from. */
export interface Origin {
  /** `Sec-Fetch-Site`: browsers send it, pages cannot change it. */
  readonly fetchSite: string | undefined;
  readonly origin: string | undefined;
  readonly host: string | undefined;
}

/**
 * A request that changes something and is let in by a cookie comes from our own pages. Cookies of SameSite=Strict do
 * so much by themselves; this holds for the load balancer's cookie as well, and for pages on a sibling host.
 * @throws Problem 403
 */
export function checkSameSite({ fetchSite, origin, host }: Origin): void {
  if (fetchSite !== undefined) {
    if (fetchSite === "same-origin") return;
    throw refusal("Sec-Fetch-Site", fetchSite);
  }
  // Browsers from before Sec-Fetch-Site send Origin with whatever is not a GET.
  if (origin !== undefined && host !== undefined && URL.canParse(origin) && new URL(origin).host === host)
    return;
  throw refusal("Origin", origin);
}

function refusal(header: string, value: string | undefined): Problem {
  return new Problem(
    403,
    header,
    shown(value),
    "changes come from the console's own pages; programs send a bearer token instead of a cookie",
  );
}
