#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { UserError } from "./user-error.ts";

type Run = (args: readonly string[]) => Promise<number>;

/** Each command is loaded when it is asked for: none waits for the clients of another. */
const COMMANDS: Record<string, { load: () => Promise<Run>; summary: string }> = {
  start: {
    load: async () => (await import("./start/start.ts")).start,
    summary: "synthesize the app and run it on this machine",
  },
  config: {
    load: async () => (await import("./config/config.ts")).config,
    summary: "show the deployment's settings, where each is from, and what they cost",
  },
  upload: { load: async () => (await import("./upload.ts")).upload, summary: "upload files" },
  jobs: { load: async () => (await import("./jobs.ts")).jobs, summary: "list jobs, newest first" },
  job: {
    load: async () => (await import("./job/job.ts")).job,
    summary: "show one job: attempts, task, log",
  },
  incidents: {
    load: async () => (await import("./incidents.ts")).incidents,
    summary: "list tasks that stopped wrongly",
  },
  replay: {
    load: async () => (await import("./replay/replay.ts")).replay,
    summary: "put dead letters back to where they came from",
  },
  batch: {
    load: async () => (await import("./batch/batch.ts")).batch,
    summary: "keep the books of an hour now, and print its report",
  },
  fault: {
    load: async () => (await import("./fault/fault.ts")).fault,
    summary: "let things fail in a run on this machine: scenarios, Spot interruptions, kill -9",
  },
};

const USAGE = [
  "Usage: longshore <command> [flags]",
  "",
  ...Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`),
].join("\n");

const [name = "", ...args] = process.argv.slice(2);
const command = COMMANDS[name];
try {
  if (name === "" || name === "--help" || name === "help") {
    console.log(USAGE);
  } else if (!command) {
    throw new UserError(`Unknown command "${name}".\n${USAGE}`);
  } else {
    const run = await command.load();
    process.exitCode = await run(args);
  }
} catch (error) {
  console.error(error instanceof UserError ? `longshore: ${error.message}` : error);
  process.exitCode = error instanceof UserError ? 2 : 1;
}
