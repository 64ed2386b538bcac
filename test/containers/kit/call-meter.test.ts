import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, it, onTestFinished } from "vitest";
import { CallMeter } from "../../../containers/kit/call-meter.ts";

it("counts each request of each operation, those that are tried again and those that bring nothing apart", async () => {
  const answers = [
    { status: 503, body: {} },
    { status: 200, body: { MessageId: "1", MD5OfMessageBody: "0cc175b9c0f1b6a831c399e269772661" } },
    { status: 200, body: {} },
    {
      status: 200,
      body: { Messages: [{ MessageId: "1", Body: "a", MD5OfBody: "0cc175b9c0f1b6a831c399e269772661" }] },
    },
  ];
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      const { status, body } = answers.shift() ?? { status: 500, body: {} };
      response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const meter = new CallMeter();
  const sqs = meter.watch(
    new SQSClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    }),
  );
  onTestFinished(() => sqs.destroy());
  const QueueUrl = "http://127.0.0.1/0/jobs";
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "a" }));
  await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  expect(meter.calls).toEqual({
    SendMessage: { count: 2, milliseconds: expect.any(Number) },
    "ReceiveMessage, empty": { count: 1, milliseconds: expect.any(Number) },
    ReceiveMessage: { count: 1, milliseconds: expect.any(Number) },
  });
});
