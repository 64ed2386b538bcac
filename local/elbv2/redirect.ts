import type { Action } from "./routing-properties.ts";

export type RedirectConfig = Extract<Action, { Type: "redirect" }>["RedirectConfig"];

/** The parts of a request's URL that a redirect may keep. */
export interface UrlParts {
  readonly protocol: "HTTP" | "HTTPS";
  readonly host: string;
  readonly port: string;
  /** Without its leading slash. */
  readonly path: string;
  readonly query: string;
}

/**
 * The Location that a redirect action answers with: `#{protocol}`, `#{host}`, `#{port}`, `#{path}` and `#{query}`
 * stand for the request's own. The scheme's own port is left out.
 */
export function redirectLocation(config: RedirectConfig, request: UrlParts): string {
  const fill = (template: string) =>
    template.replace(/#\{(protocol|host|port|path|query)\}/g, (_, name: keyof UrlParts) => request[name]);
  const scheme = fill(config.Protocol).toLowerCase();
  const port = fill(config.Port);
  const authority = port === (scheme === "https" ? "443" : "80") ? "" : `:${port}`;
  const query = fill(config.Query);
  return `${scheme}://${fill(config.Host)}${authority}${fill(config.Path)}${query === "" ? "" : `?${query}`}`;
}
