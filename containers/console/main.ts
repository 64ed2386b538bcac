import { EnvironmentError } from "../kit/read-environment.ts";
import { createClients } from "./clients.ts";
import { consoleEnvironment } from "./environment.ts";
import { createConsoleLog } from "./log.ts";
import { startConsole } from "./start-console.ts";

const write = (line: string) => process.stdout.write(line);
const log = createConsoleLog(write);

try {
  const environment = consoleEnvironment(process.env);
  const clients = createClients(environment.PUBLIC_S3_ENDPOINT);
  const running = await startConsole({ environment, clients, log, write });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      log("console.stopping", { signal });
      void running.stop().then(() => log("console.stopped"));
    });
  }
} catch (error) {
  const known = error instanceof EnvironmentError;
  process.stderr.write(`${known ? error.message : ((error as Error).stack ?? error)}\n`);
  process.exitCode = 1;
}
