import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { expect, it } from "vitest";
import { createMessaging } from "../../../local/embedded/messaging.ts";
import { createTables } from "../../../local/embedded/tables.ts";
import { startEndpoint } from "./serve.ts";

it("finds messages and items again after the runtime was killed", async () => {
  const directory = mkdtempSync(join(tmpdir(), "killed-"));
  const script = join(import.meta.dirname, "write-and-die.ts");
  const child = spawnSync(process.execPath, [script, directory], { encoding: "utf8", timeout: 15_000 });
  expect([child.signal, child.stderr]).toEqual(["SIGKILL", ""]);

  const endpoint = await startEndpoint();
  const messaging = await createMessaging({ realm: endpoint.realm, directory: join(directory, "messaging") });
  const tables = await createTables({ realm: endpoint.realm, directory: join(directory, "tables") });
  endpoint.use(tables.dynamodb);
  const client = new DynamoDBClient(endpoint.client);
  try {
    const bodies = async (queue: string) => {
      const arn = `arn:aws:sqs:us-east-1:000000000000:${queue}`;
      const found = await messaging.receive(arn, { max: 10 }, new AbortController().signal);
      return found.map(({ Body }) => Body).sort();
    };
    const all = [...(await bodies("work")), ...(await bodies("dead"))].sort();
    expect(all).toEqual(["kept", "poison"]);
    const { Items } = await client.send(new ScanCommand({ TableName: "jobs" }));
    expect(Items).toEqual([{ id: { S: "a" } }]);
  } finally {
    client.destroy();
    messaging.stop();
    await tables.stop();
    await endpoint.stop();
    rmSync(directory, { recursive: true });
  }
});
