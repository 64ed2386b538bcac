import { z } from "zod";
import { instanceSettings } from "./instances.ts";
import { spotSettings } from "./spot.ts";

/** What tasks run on. */
export const computeSettings = {
  architecture: z.enum(["x86_64", "arm64"]).default("x86_64").describe("CPU architecture of containers."),
  ...instanceSettings,
  ...spotSettings,
};
