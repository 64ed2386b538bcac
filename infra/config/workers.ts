import { z } from "zod";
import { decimal, whole } from "./values.ts";

/** How many tasks drain the queues. */
export const workerSettings = {
  minWorkers: whole(0, 1000)
    .default(1)
    .describe(
      "Workers that drain the jobs queue: never fewer. With 0, the first upload after a pause waits for a start.",
    ),
  maxWorkers: whole(1, 1000)
    .default(10)
    .describe("Workers that drain the jobs queue: never more, burst workers aside."),
  workerScaling: z
    .enum(["backlog", "cpu", "memory"])
    .default("backlog")
    .describe("What the number of workers follows."),
  acceptableLatencySeconds: whole(1, 86_400)
    .default(60)
    .describe("Seconds that a small object may wait for its result."),
  secondsPerMessage: decimal(0.001, 3_600)
    .default(0.05)
    .describe(
      "Seconds of one worker's time that a small object takes, several being in work at once; measured.",
    ),
  burstFactor: decimal(1, 1000)
    .default(5)
    .describe(
      "A backlog this many times larger than the least workers do in the acceptable latency is a burst.",
    ),
  maximumBurst: whole(0, 500).default(20).describe("Burst workers at most; 0 has none."),
  workingHours: z
    .string()
    .regex(
      /^\d{1,2}-\d{1,2}:\d+:[\w+/-]+$/,
      "is written as from-to:workers:time zone, such as 8-18:4:Europe/Berlin",
    )
    .transform((text) => {
      const [hours = "", workers = "", timeZone = ""] = text.split(":");
      const [from = 0, to = 0] = hours.split("-").map(Number);
      return { from, to, workers: Number(workers), timeZone };
    })
    .pipe(
      z.object({
        from: z.int().min(0).max(23),
        to: z.int().min(0).max(23),
        workers: z.int().min(1),
        timeZone: z.string(),
      }),
    )
    .optional()
    .describe("Workers at least on working days, from one full hour to another: `8-18:4:Europe/Berlin`."),
  workerConcurrency: whole(1, 64)
    .optional()
    .describe("Objects that one worker takes at once; by default as many as its CPU allows."),
  workerLeaseSeconds: whole(3, 600)
    .default(60)
    .describe(
      "Seconds for which objects stay with a worker that gives no sign of life, before another takes them.",
    ),
  launchConcurrency: whole(2, 50)
    .default(5)
    .describe("Launches that may be under way at once from the launch queue."),
};
