import type { Runtime } from "../../local/runtime.ts";
import { duration, RESULT_HEAD, resultRow } from "../job-row.ts";
import { table } from "../table.ts";
import type { FinishedJob } from "../watch-jobs.ts";
import type { Synthesis } from "./synthesize.ts";

/** What `start` tells: to people as text, with `--json` to programs as one object a line. */
export interface Reporter {
  readonly log: (line: string) => void;
  readonly synthesized: (synthesis: Synthesis) => void;
  readonly ready: (runtime: Runtime) => void;
  readonly finished: (finished: FinishedJob) => void;
  readonly results: (finished: readonly FinishedJob[]) => void;
  readonly stayingUp: () => void;
  readonly stopping: () => void;
}

export function createReporter(json: boolean): Reporter {
  return json ? jsonReporter() : textReporter();
}

function jsonReporter(): Reporter {
  const print = (line: object) => console.log(JSON.stringify(line));
  const nothing = () => {};
  return {
    log: (message) => print({ event: "log", message }),
    synthesized: nothing,
    ready: (runtime) => {
      const { endpoint, region, outputs, consoleUrl, notPlayed } = runtime;
      const consoleSignIn = consoleSignInUrl(runtime);
      print({ event: "ready", endpoint, region, outputs, consoleUrl, consoleSignIn, notPlayed });
    },
    finished: ({ job, milliseconds }) => print({ event: "job", ...job, milliseconds }),
    results: nothing,
    stayingUp: nothing,
    stopping: nothing,
  };
}

/** The console with the administrator's token; browsers keep what comes after `#` to themselves. */
function consoleSignInUrl({ consoleUrl, outputs, secretValue }: Runtime): string | undefined {
  if (consoleUrl === undefined) return undefined;
  const token = secretValue(outputs.ConsoleAdministratorTokenArn ?? "");
  return token === undefined ? consoleUrl : `${consoleUrl}/#token=${token}`;
}

function textReporter(): Reporter {
  let shown: Runtime | undefined;
  return {
    log: (message) => console.error(message),
    synthesized: ({ synthesized, milliseconds }) =>
      console.log(
        synthesized
          ? `Synthesized the app in ${duration(milliseconds)}.`
          : "The app has not changed since it was last synthesized.",
      ),
    ready: (runtime) => {
      shown = runtime;
      console.log(`Endpoint ready: ${runtime.endpoint}`);
      for (const { type, logicalIds } of runtime.notPlayed) {
        console.log(`Not played here: ${type} (${logicalIds.join(", ")})`);
      }
    },
    finished: () => {},
    results: (finished) => {
      const rows = finished.map(({ job, milliseconds }) => resultRow(job, milliseconds));
      console.log(`\n${table(RESULT_HEAD, rows)}`);
    },
    stayingUp: () => {
      if (!shown) return;
      const width = Math.max(0, ...Object.keys(shown.outputs).map((name) => name.length));
      console.log(
        [
          "",
          shown.consoleUrl
            ? `Console:   ${consoleSignInUrl(shown)}`
            : "Console:   no address: without a load balancer (`loadBalancer`) only its task is there, inside the VPC.",
          "",
          "For any AWS tool:",
          `  export AWS_ENDPOINT_URL=${shown.endpoint} AWS_REGION=${shown.region}`,
          `  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`,
          "",
          ...Object.entries(shown.outputs).map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
          "",
          "Ctrl-C stops it; what was uploaded stays for the next start.",
        ].join("\n"),
      );
    },
    stopping: () => console.log("Stopping …"),
  };
}
