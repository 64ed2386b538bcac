import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { ConsoleEnvironmentError, consoleEnvironment } from "./environment.ts";
import { createConsoleLog } from "./log.ts";
import { startConsole } from "./start-console.ts";

const log = createConsoleLog((line) => process.stdout.write(line));

try {
  const environment = consoleEnvironment(process.env);
  const { PUBLIC_S3_ENDPOINT } = environment;
  const s3 = new S3Client();
  const running = await startConsole({
    environment,
    dynamo: DynamoDBDocumentClient.from(new DynamoDBClient()),
    s3,
    publicS3: PUBLIC_S3_ENDPOINT ? new S3Client({ endpoint: PUBLIC_S3_ENDPOINT, forcePathStyle: true }) : s3,
    log,
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      log("console.stopping", { signal });
      void running.stop().then(() => log("console.stopped"));
    });
  }
} catch (error) {
  const known = error instanceof ConsoleEnvironmentError;
  process.stderr.write(`${known ? error.message : ((error as Error).stack ?? error)}\n`);
  process.exitCode = 1;
}
