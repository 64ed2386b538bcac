import type { ComponentChild } from "preact";
import type { IconName } from "../ui/icon.tsx";

type Component = (props: { readonly param: string }) => ComponentChild;

export interface PageEntry {
  readonly path: RegExp;
  readonly administratorsOnly?: boolean;
  readonly load: () => Promise<Component>;
}

/** Every page by its address; `containers/console/serve-pages.ts` answers at the same. */
const PAGES: readonly PageEntry[] = [
  { path: /^\/$/, load: async () => (await import("./drop.tsx")).Drop },
  { path: /^\/jobs$/, load: async () => (await import("./jobs.tsx")).Jobs },
  { path: /^\/jobs\/([^/]+)$/, load: async () => (await import("./job.tsx")).JobPage },
  {
    path: /^\/cluster$/,
    administratorsOnly: true,
    load: async () => (await import("./cluster.tsx")).Cluster,
  },
  {
    path: /^\/incidents$/,
    administratorsOnly: true,
    load: async () => (await import("./incidents.tsx")).Incidents,
  },
  {
    path: /^\/incidents\/([^/]+)$/,
    administratorsOnly: true,
    load: async () => (await import("./incident.tsx")).IncidentPage,
  },
  {
    path: /^\/reports$/,
    administratorsOnly: true,
    load: async () => (await import("./reports.tsx")).Reports,
  },
];

export interface NavEntry {
  readonly href: string;
  readonly text: string;
  readonly icon: IconName;
  readonly administratorsOnly?: boolean;
}

export const NAV: readonly NavEntry[] = [
  { href: "/", text: "Drop", icon: "drop" },
  { href: "/jobs", text: "Jobs", icon: "jobs" },
  { href: "/cluster", text: "Cluster", icon: "cluster", administratorsOnly: true },
  { href: "/incidents", text: "Incidents", icon: "incidents", administratorsOnly: true },
  { href: "/reports", text: "Reports", icon: "reports", administratorsOnly: true },
];

/** @returns undefined where there is no page */
export function pageAt(
  place: string,
): { readonly page: PageEntry; readonly param: string; readonly key: string } | undefined {
  for (const [index, page] of PAGES.entries()) {
    const match = page.path.exec(place);
    if (match) return { page, param: decoded(match[1] ?? ""), key: `${index} ${match[1] ?? ""}` };
  }
  return undefined;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
