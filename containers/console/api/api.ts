import { OpenAPIHono } from "@hono/zod-openapi";
import { problemIn } from "../problem.ts";
import type { Session } from "./schemas/session.ts";

export interface ApiEnvironment {
  readonly Variables: {
    /** Who asks; set on every route that is not public. */
    readonly session: Session;
  };
}

/** The API: routes of the contract, whose handlers see nothing that their schemas have not let in. */
export type Api = OpenAPIHono<ApiEnvironment>;

/** A body that breaks its schema is 422, whatever else does is 400. */
export function createApi(): Api {
  return new OpenAPIHono<ApiEnvironment>({
    defaultHook: (result) => {
      if (result.success) return;
      // The validator hands on what it has looked at, which its type does not say.
      const { error, target, data } = result as typeof result & { data?: unknown };
      throw problemIn(error, data, target === "json" ? 422 : 400);
    },
  });
}
