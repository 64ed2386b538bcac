import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type ReceiveMessageCommandOutput,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ReplayPlace } from "../../../events/replay/replay-place.ts";
import { replayQueue } from "../../../events/replay/replay-queue.ts";
import { createMessaging, type Messaging } from "../../../local/embedded/messaging.ts";
import { type Endpoint, startEndpoint } from "../../local/embedded/serve.ts";

let endpoint: Endpoint;
let directory: string;
let messaging: Messaging;
let sqs: SQSClient;
let source: string;
let letters: string;
const LETTERS = 14;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "replay-"));
  endpoint = await startEndpoint();
  messaging = await createMessaging({ realm: endpoint.realm, directory });
  endpoint.use(messaging.sqs, messaging.sns);
  sqs = new SQSClient(endpoint.client);
  letters = await queue("letters");
  const deadLetterTargetArn = "arn:aws:sqs:us-east-1:000000000000:letters";
  source = await queue("jobs", {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 }),
  });
  for (let sent = 0; sent < LETTERS; sent += 7) {
    const Entries = Array.from({ length: 7 }, (_, index) => ({
      Id: `${index}`,
      MessageBody: `${sent + index}`,
    }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: letters, Entries }));
  }
});
afterEach(async () => {
  sqs.destroy();
  messaging.stop();
  await endpoint.stop();
  rmSync(directory, { recursive: true });
});

async function queue(QueueName: string, Attributes = {}): Promise<string> {
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl;
}

async function visible(QueueUrl: string): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages);
}

const place = (client = sqs): ReplayPlace => ({
  sqs: client,
  invoke: async () => {},
  functionsUsing: async () => [],
  findTarget: async () => undefined,
});
const TO = "arn:aws:sqs:us-east-1:000000000000:jobs";

describe("the dead letters of a queue", () => {
  it("go back to where they came from, each once", async () => {
    const replayed = await replayQueue(place(), letters, { dryRun: false });
    expect(replayed).toEqual({ found: LETTERS, returned: { [TO]: LETTERS }, stays: {} });
    expect([await visible(source), await visible(letters)]).toEqual([LETTERS, 0]);
  });

  it("are only looked at when asked to, and can be seen by others at once", async () => {
    const replayed = await replayQueue(place(), letters, { dryRun: true });
    expect(replayed.returned).toEqual({ [TO]: LETTERS });
    expect([await visible(source), await visible(letters)]).toEqual([0, LETTERS]);
  });

  it("may be somebody else's by the time they are given back: looking takes longer than they are hidden", async () => {
    const replayed = await replayQueue(place(slow(sqs, 1)), letters, { dryRun: true });
    expect(replayed.returned).toEqual({ [TO]: LETTERS });
    expect(await visible(letters)).toBe(LETTERS - 1);
  });
});

/** SQS, as it is for somebody who is so slow that others have taken some of the messages meanwhile. */
function slow(client: SQSClient, taken: number): SQSClient {
  let left = taken;
  const send = async (command: never) => {
    const answer: ReceiveMessageCommandOutput = await client.send(command);
    for (const { ReceiptHandle } of answer.Messages?.slice(0, left) ?? []) {
      left -= 1;
      await client.send(new DeleteMessageCommand({ QueueUrl: letters, ReceiptHandle }));
    }
    return answer;
  };
  return new Proxy(client, { get: (target, name) => (name === "send" ? send : Reflect.get(target, name)) });
}
