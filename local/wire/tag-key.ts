import { z } from "zod";

/** Tags with this prefix are AWS's own: nobody else adds them (AWS General Reference, tag naming limits). */
export const tagKey = z
  .string()
  .min(1)
  .max(128)
  .refine((key) => !/^aws:/i.test(key), { error: "Tag keys that begin with aws: are reserved for AWS." });
