import { join } from "node:path";
import { createMessaging } from "../../../local/embedded/messaging.ts";
import { createTables } from "../../../local/embedded/tables.ts";
import { startEndpoint } from "./serve.ts";

// A run that is killed in the moment after its last write was answered. Usage: node write-and-die.ts DIRECTORY

const [directory = ""] = process.argv.slice(2);
const endpoint = await startEndpoint();
const messaging = await createMessaging({ realm: endpoint.realm, directory: join(directory, "messaging") });
const tables = await createTables({ realm: endpoint.realm, directory: join(directory, "tables") });
endpoint.use(tables.dynamodb);

const dead = messaging.createQueue("dead");
const { arn } = messaging.createQueue("work", {
  RedrivePolicy: { deadLetterTargetArn: dead.arn, maxReceiveCount: 1 },
});
for (const body of ["poison", "kept"]) messaging.sendMessage(arn, body);
const never = new AbortController().signal;
await messaging.receive(arn, { max: 1, visibilityTimeout: 0 }, never);
// The second receive puts "poison" into the dead-letter queue.
await messaging.receive(arn, { max: 2, visibilityTimeout: 0 }, never);
await tables.createTable({
  tableName: "jobs",
  attributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  keySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  globalIndexes: [],
  localIndexes: [],
  billingMode: "PAY_PER_REQUEST",
  tags: {},
});
await fetch(endpoint.realm.endpoint, {
  method: "POST",
  headers: { "x-amz-target": "DynamoDB_20120810.PutItem" },
  body: JSON.stringify({ TableName: "jobs", Item: { id: { S: "a" } } }),
});
process.kill(process.pid, "SIGKILL");
