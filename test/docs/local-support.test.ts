import { readFileSync } from "node:fs";
import * as cloudformation from "@aws-sdk/client-cloudformation";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as ecs from "@aws-sdk/client-ecs";
import * as events from "@aws-sdk/client-eventbridge";
import * as lambda from "@aws-sdk/client-lambda";
import * as s3 from "@aws-sdk/client-s3";
import * as sns from "@aws-sdk/client-sns";
import * as sqs from "@aws-sdk/client-sqs";
import * as sts from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGateway } from "../../local/gateway/gateway.ts";
import { readSupport, withRuntime } from "../../local/support/read-support.ts";
import { renderSupport } from "../../local/support/render.ts";
import { ask } from "./ask.ts";

const CLIENTS: Readonly<Record<string, object>> = {
  ...{ cloudformation, logs, dynamodb, ecs, events, lambda, s3, sns, sqs, sts },
};
/** The form upload of browsers, which no SDK sends. */
const NO_COMMAND = ["PostObject"];
const NOT_PLAYED = /not played by the local runtime/;

const matrix = await readSupport();

describe("docs/local-support.md", () => {
  it("is what the code says; `node local/support/write-support.ts` writes it anew", () => {
    const page = readFileSync(new URL("../../docs/local-support.md", import.meta.url), "utf8");
    expect(page).toBe(renderSupport(matrix));
  });

  it.each(matrix.services)("knows of $title, and contradicts itself nowhere", (service) => {
    expect(service.played.length).toBeGreaterThan(0);
    expect(service.notPlayed.length).toBeGreaterThan(0);
    expect(service.differences.length).toBeGreaterThan(0);
    expect(service.notPlayed.filter((name) => service.played.includes(name))).toEqual([]);
    const names = [...service.played, ...service.notPlayed];
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(matrix.services.filter(({ signingName }) => CLIENTS[signingName]))(
    "lists operations of $title that the SDK knows",
    ({ signingName, played, notPlayed }) => {
      const client = CLIENTS[signingName] ?? {};
      const unknown = [...played, ...notPlayed].filter(
        (name) => !NO_COMMAND.includes(name) && !Reflect.has(client, `${name}Command`),
      );
      expect(unknown).toEqual([]);
    },
  );
});

describe("the runtime behind the support matrix", () => {
  let endpoint = "";
  let down: () => void;
  let gone: Promise<void>;

  beforeAll(async () => {
    const gateway = createGateway(() => {});
    const { port } = await gateway.listen(0, "127.0.0.1");
    endpoint = `http://127.0.0.1:${port}`;
    const over = new Promise<void>((resolve) => {
      down = resolve;
    });
    await new Promise<void>((isUp, failed) => {
      gone = withRuntime(async (services) => {
        gateway.open(services.gateway);
        isUp();
        await over;
        await gateway.close();
      });
      gone.catch(failed);
    });
  });

  afterAll(async () => {
    down();
    await gone;
  });

  it.each(matrix.services)(
    "refuses each No operation of $title in words that say so",
    async ({ signingName, notPlayed }) => {
      for (const operation of notPlayed) {
        const answer = await ask(endpoint, signingName, operation);
        expect({ operation, answer }).toEqual({
          operation,
          answer: { error: expect.stringMatching(NOT_PLAYED) },
        });
      }
    },
  );

  it.each(matrix.services)("plays each Yes operation of $title", async ({ signingName, played }) => {
    for (const operation of played.filter((name) => !NO_COMMAND.includes(name))) {
      const answer = await ask(endpoint, signingName, operation);
      const refusal = answer === "success" ? "" : answer.error;
      // A member that is not played is named behind its operation.
      const ofOperation = NOT_PLAYED.test(refusal) && !refusal.includes(`${operation}:`);
      expect(ofOperation ? `${operation}: ${refusal}` : "played").toBe("played");
    }
  });
});
