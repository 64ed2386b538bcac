import { z } from "zod";

/** Who hears of what went wrong. */
export const alertSettings = {
  alertEmail: z.email().optional().describe("Who gets alerts by mail."),
};
