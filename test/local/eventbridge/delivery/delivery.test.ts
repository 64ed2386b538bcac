import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { AwsError } from "../../../../local/wire/aws-error.ts";
import { type Bridge, DEAD_QUEUE, openBridge, QUEUE } from "../bridge.ts";

const EVENT = { source: "shop", "detail-type": "Sold", detail: { n: 1 } };
const RULE_ARN = "arn:aws:events:us-east-1:000000000000:rule/r";

function route({ bridge }: Bridge, target: object = {}): void {
  bridge.putRule({ Name: "r", EventPattern: '{"source": ["shop"]}' });
  bridge.putTargets({ Rule: "r", Targets: [{ Id: "t", Arn: QUEUE, ...target }] });
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

describe("delivery", () => {
  it("hands each target of each matching rule the event", async () => {
    const opened = openBridge();
    const { bridge, delivered, metrics } = opened;
    route(opened, {
      ...{ RoleArn: "arn:aws:iam::000000000000:role/r", InputPath: "$.detail" },
      Arn: `${QUEUE}.fifo`,
      SqsParameters: { MessageGroupId: "g" },
    });
    bridge.putRule({ Name: "off", EventPattern: '{"source": ["shop"]}', State: "DISABLED" });
    bridge.putTargets({ Rule: "off", Targets: [{ Id: "t", Arn: QUEUE }] });
    const id = bridge.publish(EVENT);
    bridge.publish({ ...EVENT, source: "shed" });
    await bridge.drain();
    expect(delivered).toEqual([
      {
        deliveryId: `${id}-1`,
        attempt: 1,
        targetArn: `${QUEUE}.fifo`,
        roleArn: "arn:aws:iam::000000000000:role/r",
        input: '{"n":1}',
        ruleArn: RULE_ARN,
        event: expect.objectContaining({ ...EVENT, id, account: "000000000000", resources: [] }),
        sqsParameters: { MessageGroupId: "g" },
      },
    ]);
    expect(metrics).toEqual([
      'MatchedEvents {"RuleName":"r"} 1',
      'TriggeredRules {"RuleName":"r"} 1',
      'Invocations {"RuleName":"r"} 1',
    ]);
    expect(bridge.pending()).toBe(0);
  });

  it("belongs to the transaction of the caller", async () => {
    const opened = openBridge();
    const { bridge, database, delivered } = opened;
    route(opened);
    database.exec("BEGIN");
    bridge.publish(EVENT);
    database.exec("ROLLBACK");
    database.exec("BEGIN");
    const kept = bridge.publish(EVENT);
    database.exec("COMMIT");
    await bridge.drain();
    expect(delivered.map((request) => request.event.id)).toEqual([kept]);
  });

  it("keeps to its concurrency", async () => {
    let active = 0;
    let most = 0;
    const opened = openBridge({
      concurrency: 3,
      deliver: async () => {
        most = Math.max(most, ++active);
        await new Promise((resolve) => setTimeout(resolve, 2));
        active--;
      },
    });
    route(opened);
    for (let n = 0; n < 40; n++) opened.bridge.publish(EVENT);
    await opened.bridge.drain();
    expect(opened.delivered).toHaveLength(40);
    expect(most).toBe(3);
  });

  it("forwards events from bus to bus as they are", async () => {
    const opened = openBridge();
    const { bridge, delivered } = opened;
    const { EventBusArn } = bridge.createEventBus({ Name: "orders" });
    expect(bridge.createEventBus({ Name: "orders" })).toEqual({ EventBusArn });
    route(opened, { Arn: EventBusArn });
    bridge.putRule({ Name: "all", EventPattern: '{"account": [{"prefix": ""}]}', EventBusName: "orders" });
    bridge.putTargets({ Rule: "all", EventBusName: "orders", Targets: [{ Id: "t", Arn: QUEUE }] });
    const id = bridge.publish(EVENT);
    await bridge.drain();
    expect(delivered).toMatchObject([
      { ruleArn: "arn:aws:events:us-east-1:000000000000:rule/orders/all", event: { ...EVENT, id } },
    ]);
  });
});

describe("a delivery that fails", () => {
  const throttled = () => {
    throw new AwsError("ThrottlingException", "Rate exceeded");
  };

  it("is tried again, later and later, until the target takes it", async () => {
    const attempts: number[] = [];
    const opened = openBridge({
      speed: 200,
      deliver: (request) => {
        attempts.push(request.attempt);
        if (request.attempt < 4) throttled();
      },
    });
    route(opened);
    opened.bridge.publish(EVENT);
    await until(() => expect(opened.delivered).toHaveLength(1));
    expect(attempts).toEqual([1, 2, 3, 4]);
    await opened.bridge.drain();
    expect(opened.bridge.counters(RULE_ARN)).toMatchObject({
      Invocations: 1,
      FailedInvocations: 0,
      RetryInvocationAttempts: 3,
    });
  });

  it("goes to the dead-letter queue once its retries are used up", async () => {
    const opened = openBridge({ speed: 200, deliver: throttled });
    route(opened, { DeadLetterConfig: { Arn: DEAD_QUEUE }, RetryPolicy: { MaximumRetryAttempts: 2 } });
    const id = opened.bridge.publish(EVENT);
    await until(() => expect(opened.dead).toHaveLength(1));
    expect(opened.dead[0]).toMatchObject({
      queueArn: DEAD_QUEUE,
      attributes: {
        RULE_ARN,
        TARGET_ARN: QUEUE,
        ERROR_CODE: "THROTTLING",
        ERROR_MESSAGE: "ThrottlingException: Rate exceeded",
        EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts",
        RETRY_ATTEMPTS: "2",
      },
    });
    expect(JSON.parse(opened.dead[0]?.body ?? "")).toMatchObject({ ...EVENT, id });
    await opened.bridge.drain();
    expect(opened.bridge.pending()).toBe(0);
    expect(opened.bridge.counters(RULE_ARN)).toMatchObject({ InvocationsSentToDlq: 1, FailedInvocations: 0 });
  });

  it("goes to the dead-letter queue once the event is too old", async () => {
    const opened = openBridge({ speed: 600, deliver: throttled });
    route(opened, { DeadLetterConfig: { Arn: DEAD_QUEUE }, RetryPolicy: { MaximumEventAgeInSeconds: 60 } });
    opened.bridge.publish(EVENT);
    await until(() => expect(opened.dead).toHaveLength(1));
    expect(opened.dead[0]?.attributes.EXHAUSTED_RETRY_CONDITION).toBe("MaximumEventAgeInSeconds");
  });

  it.each([
    [new AwsError("AccessDeniedException", "no", { statusCode: 403 }), "NO_PERMISSIONS"],
    [new AwsError("ResourceNotFoundException", "gone"), "NO_RESOURCE"],
    [new AwsError("InvalidParameterException", "bad"), "INVALID_PARAMETER"],
  ])("is not tried again after %s", async (error, code) => {
    const opened = openBridge({
      deliver: () => {
        throw error;
      },
    });
    route(opened, { DeadLetterConfig: { Arn: DEAD_QUEUE } });
    opened.bridge.publish(EVENT);
    await opened.bridge.drain();
    expect(opened.dead).toHaveLength(1);
    expect(opened.dead[0]?.attributes).toMatchObject({ ERROR_CODE: code, RETRY_ATTEMPTS: "0" });
    expect(opened.dead[0]?.attributes).not.toHaveProperty("EXHAUSTED_RETRY_CONDITION");
  });

  it("is not tried at all when its input is no JSON", async () => {
    const opened = openBridge();
    const InputTransformer = { InputPathsMap: { d: "$.detail" }, InputTemplate: '{"d": "<d>"}' };
    route(opened, { DeadLetterConfig: { Arn: DEAD_QUEUE }, InputTransformer });
    opened.bridge.publish(EVENT);
    await opened.bridge.drain();
    expect(opened.delivered).toEqual([]);
    expect(opened.dead[0]?.attributes.ERROR_CODE).toBe("INVALID_JSON");
  });

  it("is dropped with a word where there is no dead-letter queue", async () => {
    const opened = openBridge({
      deliver: () => {
        throw new AwsError("AccessDeniedException", "no", { statusCode: 403 });
      },
    });
    route(opened);
    opened.bridge.publish(EVENT);
    await opened.bridge.drain();
    expect(opened.logged).toEqual([expect.stringContaining(`"targetArn":"${QUEUE}"`)]);
    expect(opened.bridge.counters(RULE_ARN)).toMatchObject({ Invocations: 1, FailedInvocations: 1 });
    expect(opened.bridge.pending()).toBe(0);
  });

  it("waits for a dead-letter queue that cannot be reached", async () => {
    let refusals = 2;
    const opened = openBridge({
      speed: 200,
      deliver: () => {
        throw new AwsError("ResourceNotFoundException", "gone");
      },
      deadLetter: () => {
        if (refusals-- > 0) throw new AwsError("ServiceUnavailable", "later", { statusCode: 503 });
      },
    });
    route(opened, { DeadLetterConfig: { Arn: DEAD_QUEUE } });
    opened.bridge.publish(EVENT);
    await until(() => expect(opened.dead).toHaveLength(1));
    expect(opened.dead[0]?.attributes).toMatchObject({ ERROR_CODE: "NO_RESOURCE", RETRY_ATTEMPTS: "0" });
  });
});

describe("a restart", () => {
  function file(): string {
    const folder = mkdtempSync(join(tmpdir(), "eventbridge-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return join(folder, "state.db");
  }

  it("delivers what was pending, retries included, and keeps rules made by API", async () => {
    const path = file();
    const first = openBridge({
      path,
      deliver: () => {
        throw new AwsError("ServiceUnavailable", "down", { statusCode: 503 });
      },
    });
    route(first);
    const failed = first.bridge.publish(EVENT);
    await first.bridge.drain();
    await first.bridge.stop();
    // The first is stopped, so this one is only written down.
    const unseen = first.bridge.publish(EVENT);
    expect(first.bridge.pending()).toBe(2);
    first.database.close();

    const second = openBridge({ path });
    await second.bridge.drain();
    expect(second.delivered.map(({ event, attempt }) => [event.id, attempt]).sort()).toEqual(
      [
        [failed, 2],
        [unseen, 1],
      ].sort(),
    );
    const again = second.bridge.publish(EVENT);
    await second.bridge.drain();
    expect(second.delivered.at(-1)?.event.id).toBe(again);
  });

  it("repeats a delivery whose end was not written down", async () => {
    const path = file();
    const first = openBridge({ path, deliver: () => new Promise(() => undefined), start: false });
    route(first);
    first.bridge.publish(EVENT);
    const second = openBridge({ path });
    await second.bridge.drain();
    expect(second.delivered).toHaveLength(1);
    expect(second.bridge.pending()).toBe(0);
  });
});

describe("schedules", () => {
  it("send their rule's targets the scheduled event, at the planned times", async () => {
    const opened = openBridge({ speed: 1_200 });
    const { bridge, delivered } = opened;
    bridge.putRule({ Name: "all", EventPattern: '{"source": ["aws.events"]}' });
    bridge.putTargets({ Rule: "all", Targets: [{ Id: "t", Arn: DEAD_QUEUE }] });
    bridge.putRule({ Name: "minutely", ScheduleExpression: "cron(* * * * ? *)" });
    bridge.putTargets({ Rule: "minutely", Targets: [{ Id: "t", Arn: QUEUE }] });
    await until(() => expect(delivered.length).toBeGreaterThan(2));
    bridge.putRule({ Name: "minutely", ScheduleExpression: "cron(* * * * ? *)", State: "DISABLED" });
    const ruleArn = "arn:aws:events:us-east-1:000000000000:rule/minutely";
    for (const request of delivered) {
      expect(request).toMatchObject({
        targetArn: QUEUE,
        ruleArn,
        event: { source: "aws.events", "detail-type": "Scheduled Event", resources: [ruleArn], detail: {} },
      });
      expect(request.event.time).toMatch(/:00Z$/);
    }
    const times = delivered.map((request) => request.event.time);
    expect(new Set(times).size).toBe(times.length);
  });

  it("keep their rate when the rule is put again as it was", async () => {
    const opened = openBridge({ speed: 1_200 });
    const put = () => opened.bridge.putRule({ Name: "r", ScheduleExpression: "rate(5 minutes)" });
    put();
    opened.bridge.putTargets({ Rule: "r", Targets: [{ Id: "t", Arn: QUEUE }] });
    // Five minutes are a quarter of a second here: a rate that began anew each time would never run.
    const timer = setInterval(put, 50);
    onTestFinished(() => clearInterval(timer));
    await until(() => expect(opened.delivered.length).toBeGreaterThan(1));
  });
});
