import { z } from "zod";
import { flag, whole } from "./values.ts";

/** Whether tasks run on Fargate or on EC2 instances, and what those instances are. */
export const instanceSettings = {
  compute: z
    .enum(["fargate", "ec2", "mixed"])
    .default("fargate")
    .describe(
      "What work runs on. fargate: no instances. ec2: instances alone (the console stays on Fargate). mixed: the " +
        "workers on instances, which they keep busy; burst workers, batches and tasks of single objects on Fargate, " +
        "or where their pipeline says.",
    ),
  instanceType: z
    .string()
    .regex(
      /^[cmr]\d+[a-z]*\.(large|\d*xlarge)$/,
      "is a compute, general purpose or memory optimized type, such as m7g.xlarge",
    )
    .optional()
    .describe("EC2 instance type; by default m7i.xlarge, for ARM m7g.xlarge."),
  minInstances: whole(0, 1000).default(0).describe("Instances at least."),
  maxInstances: whole(1, 1000)
    .default(10)
    .describe("Instances at most; tasks without room wait for one to come free."),
  targetCapacityPercent: whole(1, 100)
    .default(100)
    .describe("Percent of the instances that are to be in use; below 100, spare ones wait for what comes."),
  binpackOn: z
    .enum(["cpu", "memory"])
    .default("cpu")
    .describe("What of an instance is filled before tasks go to another one."),
  instanceVolumeGiB: whole(30, 16_384)
    .optional()
    .describe("Volume of an instance, which its tasks share; by default room for the largest of them."),
  instanceSessions: flag().default(false).describe("Whether Session Manager opens shells on instances."),
};
