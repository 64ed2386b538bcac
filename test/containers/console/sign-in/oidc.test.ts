import { generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Session } from "../../../../containers/console/api/schemas/session.ts";
import { startTestConsole, type TestConsole } from "../harness.ts";

const SIGNER = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/console/1";
const kid = randomUUID();
const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
const keyServer = createServer((request, response) => {
  if (request.url !== `/${kid}`) response.writeHead(404).end();
  else response.end(keys.publicKey.export({ type: "spki", format: "pem" }));
});
let site: TestConsole;

beforeAll(async () => {
  keyServer.listen(0, "127.0.0.1");
  await once(keyServer, "listening");
  const keysUrl = `http://127.0.0.1:${(keyServer.address() as AddressInfo).port}`;
  const settings = {
    signer: SIGNER,
    keysUrl,
    roleClaim: "groups",
    administrators: ["operators"],
    uploaders: ["staff"],
  };
  site = await startTestConsole({ OIDC: JSON.stringify(settings) });
});
afterAll(async () => {
  await site[Symbol.asyncDispose]();
  keyServer.close();
});

/** What the load balancer sends: base64url with padding, which it signs as it is. */
function dataOf(claims: object, head: object = {}, key: KeyObject = keys.privateKey): string {
  const exp = Math.floor(Date.now() / 1000) + 120;
  const part = (value: object) => {
    const text = Buffer.from(JSON.stringify(value)).toString("base64url");
    return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
  };
  const signed = `${part({ alg: "ES256", kid, signer: SIGNER, exp, ...head })}.${part({ sub: "u-1", ...claims })}`;
  return `${signed}.${sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}=`;
}

async function who(data: string) {
  const answer = await site.ask("/api/session", { token: null, headers: { "x-amzn-oidc-data": data } });
  return { status: answer.status, session: (await answer.json()) as Session };
}

describe("who the load balancer has signed in", () => {
  test.each([
    [["operators", "staff"], "administrator"],
    ["staff operators", "administrator"],
    [["staff"], "uploader"],
  ] as const)("with groups %j is %s", async (groups, role) => {
    expect(await who(dataOf({ groups, email: "ada@example.com" }))).toMatchObject({
      status: 200,
      session: { role, via: "oidc", name: "ada@example.com" },
    });
  });

  const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  test.each([
    ["is in none of the groups", () => dataOf({ groups: ["guests"] })],
    ["comes by another load balancer", () => dataOf({ groups: "operators" }, { signer: `${SIGNER}0` })],
    ["comes too late", () => dataOf({ groups: "operators" }, { exp: 1_700_000_000 })],
    ["is somebody's own claim", () => dataOf({ groups: "operators" }, {}, stranger)],
    ["names another algorithm", () => dataOf({ groups: "operators" }, { alg: "HS256" })],
    [
      "has changed what was signed",
      () => dataOf({ groups: "staff" }).replace(/\.[^.]+\./, `.${btoa('{"sub":"u","groups":"operators"}')}.`),
    ],
    ["sends no token at all", () => "nonsense"],
  ])("and who %s is nobody", async (_, data) => {
    expect(await who(data())).toMatchObject({ status: 401 });
  });

  test("cannot be another by token in the page", async () => {
    const answer = await site.ask("/api/session", {
      token: null,
      method: "POST",
      headers: { "content-type": "application/json", "sec-fetch-site": "same-origin" },
      body: JSON.stringify({ token: "anything" }),
    });
    expect(answer.status).toBe(409);
    expect(await (await site.ask("/api/about", { token: null })).json()).toMatchObject({ signIn: "oidc" });
  });
});
