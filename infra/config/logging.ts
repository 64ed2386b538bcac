import { z } from "zod";

/** Days that CloudWatch Logs can keep a log for, up to a year. */
const LOG_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 180, 365] as const;

/** Where logs go and how long they stay. */
export const loggingSettings = {
  logRetentionDays: z.coerce
    .number()
    .pipe(z.literal(LOG_DAYS))
    .default(30)
    .describe("Days that logs are kept: one of the values that CloudWatch Logs takes."),
};
