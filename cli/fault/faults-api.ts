import { z } from "zod";
import type { Connection } from "../operator/connection.ts";
import { UserError } from "../user-error.ts";

const armedFault = z.looseObject({
  id: z.string(),
  kind: z.string(),
  probability: z.number(),
  occasions: z.number(),
  injections: z.number(),
});
export type ArmedFault = z.infer<typeof armedFault>;

const injection = z.looseObject({
  faultId: z.string(),
  kind: z.string(),
  at: z.string(),
  target: z.string(),
  detail: z.record(z.string(), z.unknown()),
});
export type Injection = z.infer<typeof injection>;

const listing = z.object({ faults: z.array(armedFault), injections: z.array(injection) });
const armed = z.object({ faults: z.array(armedFault) });
const refusal = z.object({ message: z.string() });

/** Where the run on this machine takes faults; local/faults/README.md says what. */
const PATH = "/_longshore/faults";

/** What can be asked of a run's faults. */
export interface FaultsApi {
  /** @throws UserError in the run's own words when it refuses the scenario */
  arm(scenario: unknown): Promise<ArmedFault[]>;
  list(): Promise<{ readonly faults: ArmedFault[]; readonly injections: Injection[] }>;
  /** @param id without it all of them. @throws UserError when there is no such fault */
  disarm(id?: string): Promise<void>;
}

export function faultsApi({ place, where }: Pick<Connection, "place" | "where">): FaultsApi {
  if (place.kind === "aws") throw new TypeError("Faults are not injected in AWS");
  const call = async (method: string, path = "", body?: unknown): Promise<unknown> => {
    const answer = await fetch(new URL(`${PATH}${path}`, place.endpoint), {
      method,
      ...(body === undefined
        ? {}
        : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    if (answer.status === 204) return undefined;
    const told: unknown = await answer.json().catch(() => undefined);
    if (answer.ok && told !== undefined) return told;
    const { data } = refusal.safeParse(told);
    throw new UserError(data?.message ?? `No faults can be injected at ${where}: it is no run of npm start`);
  };
  return {
    arm: async (scenario) => armed.parse(await call("POST", "", scenario)).faults,
    list: async () => listing.parse(await call("GET")),
    disarm: async (id) => void (await call("DELETE", id === undefined ? "" : `/${encodeURIComponent(id)}`)),
  };
}
