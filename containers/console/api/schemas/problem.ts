import { z } from "@hono/zod-openapi";

/** What went wrong: RFC 9457, with the thing, the value that it had, and the rule that it breaks. */
export const problem = z
  .strictObject({
    title: z.string(),
    /** The HTTP status again. */
    status: z.int(),
    /** One sentence for people; its words may change. */
    detail: z.string(),
    thing: z.string().optional(),
    value: z.string().optional(),
    rule: z.string().optional(),
    /** Of faults of the console's own: under which name its log has it. */
    requestId: z.string().optional(),
  })
  .openapi("Problem");
export type ProblemDocument = z.output<typeof problem>;
