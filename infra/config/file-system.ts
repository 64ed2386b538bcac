import { z } from "zod";

/** What unfinished jobs save for the attempt after, and what the console knows of uploads in parts. */
export const fileSystemSettings = {
  efs: z
    .enum(["on", "off"])
    .default("on")
    .describe(
      "Whether tasks have an EFS file system, for what unfinished jobs save and what the console knows of uploads in parts; without one the results bucket keeps the first, and a file is uploaded whole, 5 GiB at most.",
    ),
  efsInfrequentAfterDays: z.coerce
    .number()
    .pipe(z.literal([7, 14, 30, 60, 90, 180, 270, 365]))
    .default(7)
    .describe("Days without access after which a file on the file system moves to infrequent access."),
  efsBackup: z
    .enum(["on", "off"])
    .default("off")
    .describe(
      "Whether AWS Backup copies the file system; what is there is worth nothing once its job is over.",
    ),
  keepDownloadsAboveMiB: z.coerce
    .number()
    .int()
    .min(64)
    .default(4096)
    .describe(
      "MiB above which a download is kept on the file system as it comes, and not read again after an interruption.",
    ),
};
