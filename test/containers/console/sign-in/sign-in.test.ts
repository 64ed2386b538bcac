import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CONTRACT } from "../../../../containers/console/api/contract.ts";
import type { Session } from "../../../../containers/console/api/schemas/session.ts";
import { ADMINISTRATOR, startTestConsole, type TestConsole, UPLOADER } from "../harness.ts";

let site: TestConsole;
beforeAll(async () => {
  site = await startTestConsole({ PROXIES: "1" });
});
afterAll(() => site[Symbol.asyncDispose]());

const OWN_PAGE = { "sec-fetch-site": "same-origin" };

/** Signs in as the page does. @param client whom the load balancer names */
async function signIn(token: string, headers: Record<string, string> = {}) {
  const answer = await site.ask("/api/session", {
    token: null,
    method: "POST",
    headers: { "content-type": "application/json", ...OWN_PAGE, ...headers },
    body: JSON.stringify({ token }),
  });
  const [cookie = ""] = answer.headers.getSetCookie();
  return { answer, cookie, value: cookie.split(";")[0] ?? "" };
}

const who = (cookie: string) => site.ask("/api/session", { token: null, headers: { cookie } });

describe("signing in", () => {
  test.each([
    [ADMINISTRATOR, "administrator"],
    [UPLOADER, "uploader"],
  ] as const)(
    "with a token gives a session of its role, in a cookie that no script and no other site can use",
    async (token, role) => {
      const { answer, cookie, value } = await signIn(token);
      expect(answer.status).toBe(201);
      expect(cookie).toMatch(/^longshore-session=/);
      expect(cookie).toMatch(/; HttpOnly/);
      expect(cookie).toMatch(/; SameSite=Strict/);
      expect(cookie).not.toMatch(/Secure/);
      const session = (await (await who(value)).json()) as Session;
      expect(session).toMatchObject({ role, via: "session" });
      expect(Date.parse(session.expiresAt ?? "")).toBeGreaterThan(Date.now() + 11 * 3_600_000);
    },
  );

  test("behind TLS the cookie is Secure, and bound to this host by its name", async () => {
    const { cookie } = await signIn(UPLOADER, { "x-forwarded-proto": "https" });
    expect(cookie).toMatch(/^__Host-longshore-session=.*; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
  });

  test("is refused with a wrong token, and after ten of them for a while, for that client alone", async () => {
    const from = (address: string) => ({ "x-forwarded-for": `6.6.6.6, ${address}` });
    for (let count = 0; count < 10; count++) {
      expect((await signIn("a-wrong-token", from("10.0.0.1"))).answer.status).toBe(401);
    }
    const { answer } = await signIn(ADMINISTRATOR, from("10.0.0.1"));
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await signIn(ADMINISTRATOR, from("10.0.0.2"))).answer.status).toBe(201);
    expect(site.lines).toContainEqual(
      expect.objectContaining({ event: "console.sign-in-refused", client: "10.0.0.1" }),
    );
  });

  test("out again takes the cookie away", async () => {
    const answer = await site.ask("/api/session", { token: null, method: "DELETE", headers: OWN_PAGE });
    expect(answer.status).toBe(204);
    expect(answer.headers.getSetCookie()[0]).toMatch(/^longshore-session=; Max-Age=0/);
  });
});

describe("who may what", () => {
  test("every route but the public ones is closed to who has not signed in, and administrators' to uploaders", async () => {
    for (const { method, path, "x-access": access } of CONTRACT) {
      if (access === "public") continue;
      const address = path.replace(/\{\w+\}/, "0");
      const init = { method: method.toUpperCase(), headers: OWN_PAGE };
      const nobody = await site.ask(address, { ...init, token: null });
      expect([address, nobody.status]).toEqual([address, 401]);
      const wrong = await site.ask(address, { ...init, token: "wrong" });
      expect([address, wrong.status]).toEqual([address, 401]);
      if (access !== "administrator") continue;
      const uploader = await site.ask(address, { ...init, token: UPLOADER });
      expect([address, uploader.status]).toEqual([address, 403]);
    }
  });

  test.each([
    ["changed", (value: string) => `${value.slice(0, -3)}abc`],
    [
      "of another algorithm",
      () => `longshore-session=${Buffer.from('{"alg":"none"}').toString("base64url")}.e30.`,
    ],
    ["empty", () => "longshore-session="],
  ])("a cookie that is %s is nobody's", async (_, change) => {
    const { value } = await signIn(ADMINISTRATOR);
    expect((await who(change(value))).status).toBe(401);
  });

  test("changes with a cookie come from the console's own pages alone", async () => {
    const { value } = await signIn(ADMINISTRATOR);
    const change = (headers: Record<string, string>) =>
      site.ask("/api/uploads", {
        token: null,
        method: "POST",
        headers: { cookie: value, "content-type": "application/json", ...headers },
        body: JSON.stringify({ name: "a.csv", size: 1 }),
      });
    expect((await change({ "sec-fetch-site": "same-origin" })).status).toBe(201);
    expect((await change({ origin: site.url })).status).toBe(201);
    expect((await change({ "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await change({ "sec-fetch-site": "same-site" })).status).toBe(403);
    expect((await change({ origin: "https://evil.example" })).status).toBe(403);
    expect((await change({ origin: "null" })).status).toBe(403);
    expect((await change({})).status).toBe(403);
  });
});

test("the document describes every route, and is OpenAPI 3.1", async () => {
  const answer = await site.ask("/api/openapi.json", { token: null });
  const document = (await answer.json()) as {
    openapi: string;
    paths: Record<string, Record<string, { security: unknown[]; responses: Record<string, unknown> }>>;
  };
  expect(document.openapi).toBe("3.1.0");
  for (const { method, path, "x-access": access } of CONTRACT) {
    const operation = document.paths[path]?.[method];
    expect(operation, `${method} ${path}`).toBeDefined();
    expect(operation?.security).toHaveLength(access === "public" ? 0 : 2);
    expect(Object.keys(operation?.responses ?? {})).toEqual(expect.arrayContaining(["429", "500"]));
  }
});
