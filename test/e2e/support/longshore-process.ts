import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { RECORD_VARIABLE } from "../../../local/iam/decision-file.ts";
import { until } from "./until.ts";

export const PROJECT_ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const CLI = join(PROJECT_ROOT, "cli", "longshore.ts");

/** On a busy machine the synthesis alone takes half a minute. */
const READY_MS = 100_000;

const readyLine = z.object({
  event: z.literal("ready"),
  endpoint: z.url(),
  outputs: z.record(z.string(), z.string()),
  consoleUrl: z.string().optional(),
  consoleSignIn: z.string().optional(),
  notPlayed: z.array(z.unknown()),
});
type Ready = z.output<typeof readyLine>;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** `longshore start --json …` as a process of its own, as users run it. */
export class LongshoreProcess {
  readonly child: ChildProcess;
  /** Every line of standard output that was JSON. */
  readonly lines: Record<string, unknown>[] = [];
  readonly exited: Promise<Exit>;
  output = "";

  constructor(args: readonly string[], cli = CLI) {
    this.child = spawn(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", cli, "start", "--json", ...args],
      {
        cwd: PROJECT_ROOT,
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          PATH: process.env.PATH ?? "",
          HOME: process.env.HOME ?? "",
          // So that `npm run iam-report` hears of what these runs do.
          ...(process.env[RECORD_VARIABLE] && { [RECORD_VARIABLE]: process.env[RECORD_VARIABLE] }),
        },
      },
    );
    this.exited = new Promise((resolve) => {
      this.child.once("close", (code, signal) => resolve({ code, signal }));
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.output += text;
    });
    if (this.child.stdout) {
      createInterface({ input: this.child.stdout }).on("line", (line) => {
        this.output += `${line}\n`;
        try {
          this.lines.push(JSON.parse(line) as Record<string, unknown>);
        } catch {
          // Not JSON: kept in `output`, where the test that minds will find it.
        }
      });
    }
  }

  /** @throws with all output when the process ends before it is ready */
  async ready(): Promise<Ready> {
    let ended: Exit | undefined;
    void this.exited.then((exit) => {
      ended = exit;
    });
    const line = await until(
      "the runtime is ready",
      () => {
        if (ended)
          throw new Error(`longshore ended (${JSON.stringify(ended)}) before it was ready:\n${this.output}`);
        return this.lines.find(({ event }) => event === "ready");
      },
      READY_MS,
    );
    return readyLine.parse(line);
  }

  jobs(): Record<string, unknown>[] {
    return this.lines.filter(({ event }) => event === "job");
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<Exit> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    return this.exited;
  }
}

/** A state folder of a test's own, and how to be rid of it. */
export function temporaryState(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "longshore-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Flags for a run beside others: free ports, a state folder of its own. */
export function ownFlags(state: string): string[] {
  return ["--port", "0", "--console-port", "0", "--state", state];
}
