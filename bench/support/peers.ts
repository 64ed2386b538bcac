/**
 * The services behind the endpoint on their own, SQS and DynamoDB as the authors of what is embedded serve them, and
 * S3, which is the runtime's, right on a port: no gateway, no signatures, no permissions. For comparison with the
 * endpoint in front of them. Prints one JSON line with their URLs, and serves until its standard input closes.
 */

import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { startFauxqs } from "fauxqs";
import { createClock } from "../../local/clock.ts";
import { openDatabase } from "../../local/database.ts";
import { createS3 } from "../../local/s3/s3.ts";

const [directory = ""] = process.argv.slice(2);
const dynalite = createRequire(import.meta.url)("dynalite") as (options: object) => Server;
const queues = await startFauxqs({ port: 0, logger: false, dataDir: `${directory}/queues` });
const tables = dynalite({ path: `${directory}/tables`, createTableMs: 0 });
console.log(
  JSON.stringify({
    sqs: `http://127.0.0.1:${queues.port}`,
    dynamodb: await urlOf(tables),
    s3: await urlOf(objects()),
  }),
);
process.stdin.resume().on("end", () => process.exit());

function objects(): Server {
  const s3 = createS3({
    realm: { partition: "aws", accountId: "000000000000", region: "us-east-1", endpoint: "http://127.0.0.1" },
    database: openDatabase(`${directory}/s3`),
    directory: `${directory}/s3`,
    clock: createClock(),
    onEvent: () => {},
  });
  const caller = { kind: "admin", arn: "arn:aws:iam::000000000000:root" } as const;
  return createServer((request, response) => {
    const context = { caller, requestId: randomUUID(), signal: new AbortController().signal };
    s3.handle(request, response, context).catch((error: unknown) => response.writeHead(500).end(`${error}`));
  });
}

async function urlOf(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
