import fc from "fast-check";
import { expect, test } from "vitest";
import { meets, type RequestFacts } from "../../../local/elbv2/conditions.ts";
import { ruleProperties } from "../../../local/elbv2/routing-properties.ts";
import { weightedTurns } from "../../../local/elbv2/weighted-turn.ts";
import { matchesWildcard } from "../../../local/elbv2/wildcard.ts";
import { ask, LOOPBACK, startBalancer, TARGET_GROUP } from "./harness.ts";

const REQUEST: RequestFacts = {
  method: "GET",
  host: "Console.Example.com",
  path: "/api/jobs",
  query: "status=failed&Page=2",
  headers: { "user-agent": "curl/8.0" },
  sourceIp: "10.1.2.3",
};

test.each([
  ["a path by wildcard", { Field: "path-pattern", PathPatternConfig: { Values: ["/api/*"] } }, true],
  ["a path with its case", { Field: "path-pattern", Values: ["/API/*"] }, false],
  ["a path without its query", { Field: "path-pattern", Values: ["*status*"] }, false],
  ["one character", { Field: "path-pattern", Values: ["/api/job?"] }, true],
  ["one of several values", { Field: "path-pattern", Values: ["/x", "/api/jobs"] }, true],
  ["a host without case", { Field: "host-header", HostHeaderConfig: { Values: ["*.example.COM"] } }, true],
  ["another host", { Field: "host-header", Values: ["example.com"] }, false],
  [
    "a header",
    { Field: "http-header", HttpHeaderConfig: { HttpHeaderName: "User-Agent", Values: ["CURL/*"] } },
    true,
  ],
  [
    "a header that is not there",
    { Field: "http-header", HttpHeaderConfig: { HttpHeaderName: "X-A", Values: ["*"] } },
    false,
  ],
  ["a method", { Field: "http-request-method", HttpRequestMethodConfig: { Values: ["GET", "HEAD"] } }, true],
  [
    "a method with its case",
    { Field: "http-request-method", HttpRequestMethodConfig: { Values: ["get"] } },
    false,
  ],
  [
    "a query pair",
    { Field: "query-string", QueryStringConfig: { Values: [{ Key: "page", Value: "2" }] } },
    true,
  ],
  [
    "a query value under any key",
    { Field: "query-string", QueryStringConfig: { Values: [{ Value: "fail*" }] } },
    true,
  ],
  [
    "a query pair with another value",
    { Field: "query-string", QueryStringConfig: { Values: [{ Key: "page", Value: "3" }] } },
    false,
  ],
  ["a source address", { Field: "source-ip", SourceIpConfig: { Values: ["10.0.0.0/8"] } }, true],
  [
    "another source address",
    { Field: "source-ip", SourceIpConfig: { Values: ["10.2.0.0/16", "2001:db8::/32"] } },
    false,
  ],
])("conditions know %s", (_, condition, expected) => {
  const rule = ruleProperties.parse({
    ListenerArn: "arn",
    Priority: "1",
    Conditions: [condition],
    Actions: [{ Type: "forward", TargetGroupArn: "arn" }],
  });
  expect(rule.Conditions.map((each) => meets(each, REQUEST))).toEqual([expected]);
});

test("wildcards agree with the regular expression that they stand for", () => {
  const piece = fc.constantFrom("a", "b", "*", "?", ".");
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 8 }),
      fc.array(fc.constantFrom("a", "b", "."), { maxLength: 10 }),
      (pattern, text) => {
        const source = pattern.map((each) =>
          each === "*" ? ".*" : each === "?" ? "." : each === "." ? "\\." : each,
        );
        const expected = new RegExp(`^${source.join("")}$`).test(text.join(""));
        expect(matchesWildcard(pattern.join(""), text.join(""))).toBe(expected);
      },
    ),
    { numRuns: 2000 },
  );
});

test("turns are given in proportion to the weights, and never for weight 0", () => {
  const turns = weightedTurns([
    { name: "none", weight: 0 },
    { name: "most", weight: 3 },
    { name: "some", weight: 1 },
  ]);
  const given = Array.from({ length: 8 }, () => turns()?.name);
  expect(given.filter((name) => name === "most")).toHaveLength(6);
  expect(given.filter((name) => name === "some")).toHaveLength(2);
  expect(weightedTurns([{ weight: 0 }])()).toBeUndefined();
});

test("the rule with the lowest priority number that fits answers, else the default", async () => {
  await using balancer = await startBalancer();
  const fixed = (Priority: number, path: string, MessageBody: string) =>
    balancer.balancers.createRule({
      ListenerArn: balancer.listener.ref,
      Priority,
      Conditions: [{ Field: "path-pattern", PathPatternConfig: { Values: [path] } }],
      Actions: [
        {
          Type: "fixed-response",
          FixedResponseConfig: { StatusCode: "404", ContentType: "application/json", MessageBody },
        },
      ],
    });
  fixed(20, "/api/*", '"later"');
  fixed(10, "/api/x*", '"sooner"');
  expect(await ask(`${balancer.url()}/api/x1`)).toMatchObject({ status: 404, body: '"sooner"' });
  const later = await ask(`${balancer.url()}/api/y`);
  expect(later.body).toBe('"later"');
  expect(later.headers["content-type"]).toContain("application/json");
  expect(await ask(`${balancer.url()}/other`)).toMatchObject({ status: 503 });
  expect(() => fixed(10, "/z", "")).toThrow("Priority '10' is currently in use");
});

test("a redirect keeps the parts of the URL that it does not name", async () => {
  await using balancer = await startBalancer();
  balancer.balancers.createRule({
    ListenerArn: balancer.listener.ref,
    Priority: 1,
    Conditions: [{ Field: "path-pattern", Values: ["/old/*"] }],
    Actions: [
      {
        Type: "redirect",
        RedirectConfig: { Protocol: "HTTPS", Port: "443", Path: "/new/#{path}", StatusCode: "HTTP_301" },
      },
    ],
  });
  const answer = await ask(`${balancer.url()}/old/a?b=c`, { headers: { host: "site.example:1234" } });
  expect(answer.status).toBe(301);
  expect(answer.headers.location).toBe("https://site.example/new/old/a?b=c");
});

test("a redirect to a listener that is played leads to where it is played", async () => {
  await using balancer = await startBalancer();
  await balancer.balancers.createListener(
    {
      LoadBalancerArn: balancer.loadBalancer.ref,
      Port: 443,
      Protocol: "HTTPS",
      Certificates: [{ CertificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/1" }],
      SslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      DefaultActions: [
        { Type: "fixed-response", FixedResponseConfig: { StatusCode: "200", MessageBody: "secure" } },
      ],
    },
    LOOPBACK,
  );
  balancer.balancers.createRule({
    ListenerArn: balancer.listener.ref,
    Priority: 1,
    Conditions: [{ Field: "path-pattern", Values: ["/"] }],
    Actions: [
      { Type: "redirect", RedirectConfig: { Protocol: "HTTPS", Port: "443", StatusCode: "HTTP_302" } },
    ],
  });
  expect(await (await fetch(balancer.url())).text()).toBe("secure");
  expect(balancer.lines.join("\n")).toMatch(/listener\/app\/web\/.*TLS; the listener answers in plain HTTP/);
});

test("a weighted forward shares requests between two groups", async () => {
  await using balancer = await startBalancer();
  const green = balancer.balancers.createTargetGroup(TARGET_GROUP, "green");
  balancer.balancers.createRule({
    ListenerArn: balancer.listener.ref,
    Priority: 1,
    Conditions: [{ Field: "path-pattern", Values: ["/mixed"] }],
    Actions: [
      {
        Type: "forward",
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: balancer.group.ref, Weight: 1 },
            { TargetGroupArn: green.ref, Weight: "3" },
          ],
        },
      },
    ],
  });
  const blueTarget = await balancer.target((_, response) => response.end("blue"));
  const greenTarget = await balancer.target((_, response) => response.end("green"));
  balancer.balancers.registerTargets(green.ref, [greenTarget.address]);
  await balancer.register(blueTarget.address);
  const bodies: string[] = [];
  for (let count = 0; count < 8; count++) bodies.push((await ask(`${balancer.url()}/mixed`)).body);
  expect(bodies.filter((body) => body === "green")).toHaveLength(6);
  expect(bodies.filter((body) => body === "blue")).toHaveLength(2);
});
