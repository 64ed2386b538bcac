import { z } from "zod";
import { whole } from "./values.ts";

/** The console's service. */
export const consoleSettings = {
  minConsoleTasks: whole(1, 100).default(2).describe("Tasks of the console: never fewer."),
  maxConsoleTasks: whole(1, 100).default(6).describe("Tasks of the console: never more."),
  consoleScaling: z
    .enum(["tracking", "step"])
    .default("tracking")
    .describe(
      "How the number of the console's tasks follows its load: `tracking` holds CPU, memory and requests per target near a value, `step` adds more tasks the further CPU is above it.",
    ),
  consoleHours: z
    .string()
    .regex(
      /^([01]?\d|2[0-3])-([01]?\d|2[0-3]):[1-9]\d?:[\w+/-]+$/,
      "is written as from-to:tasks:time zone, such as 8-18:4:Europe/Berlin",
    )
    .transform((text) => {
      const [hours = "", tasks = "", timeZone = ""] = text.split(":");
      const [from = 0, to = 0] = hours.split("-").map(Number);
      return { from, to, tasks: Number(tasks), timeZone };
    })
    .optional()
    .describe(
      "Tasks of the console at least on working days, from one full hour to another: `8-18:4:Europe/Berlin`.",
    ),
  maxUploadGib: whole(1, 5 * 1024)
    .default(190)
    .describe(
      "GiB of a file at most: the tasks' largest storage, with some room. S3 takes objects of 5,120 GiB.",
    ),
};
