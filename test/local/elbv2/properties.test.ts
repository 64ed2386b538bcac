import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createClock } from "../../../local/clock.ts";
import { createLoadBalancers } from "../../../local/elbv2/create-load-balancers.ts";
import { LOOPBACK, realm, startBalancer } from "./harness.ts";

const HTTP_TARGETS = { Port: 80, Protocol: "HTTP", TargetType: "ip" };

function create(lines: string[] = []) {
  return createLoadBalancers({ realm, clock: createClock(), log: (line) => lines.push(line) });
}

test.each([
  [
    "an unknown property of a load balancer",
    () => create().createLoadBalancer({ Nonsense: 1 }, "a"),
    /LoadBalancer: Nonsense is not played/,
  ],
  [
    "a gateway load balancer",
    () => create().createLoadBalancer({ Type: "gateway" }, "a"),
    /LoadBalancer: Type gateway is not played/,
  ],
  [
    "gRPC targets",
    () => create().createTargetGroup({ ...HTTP_TARGETS, ProtocolVersion: "GRPC" }, "a"),
    /ProtocolVersion GRPC is not played/,
  ],
  [
    "Lambda targets",
    () => create().createTargetGroup({ TargetType: "lambda" }, "a"),
    /TargetType lambda is not played/,
  ],
  [
    "stickiness by the application's cookie",
    () =>
      create().createTargetGroup(
        { ...HTTP_TARGETS, TargetGroupAttributes: [{ Key: "stickiness.type", Value: "app_cookie" }] },
        "a",
      ),
    /stickiness.type app_cookie is not played/,
  ],
])("%s is refused as not played", (_, attempt, message) => {
  expect(attempt).toThrow(message);
});

test.each([
  ["an interval that is too short", { HealthCheckIntervalSeconds: 1 }, /HealthCheckIntervalSeconds/],
  ["a matcher that is none", { Matcher: { HttpCode: "ok" } }, /codes and ranges/],
  [
    "a delay past an hour",
    { TargetGroupAttributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "3601" }] },
    /deregistration_delay/,
  ],
])("%s is refused as wrong, by name", (_, properties, message) => {
  expect(() => create().createTargetGroup({ ...HTTP_TARGETS, ...properties }, "a")).toThrow(message);
});

test("Cognito's sign-in is refused as not played", async () => {
  await using balancer = await startBalancer();
  await expect(
    balancer.balancers.createListener(
      {
        LoadBalancerArn: balancer.loadBalancer.ref,
        Port: 81,
        Protocol: "HTTP",
        DefaultActions: [
          { Type: "authenticate-cognito", Order: 1 },
          { Type: "forward", Order: 2, TargetGroupArn: balancer.group.ref },
        ],
      },
      LOOPBACK,
    ),
  ).rejects.toThrow(/Type authenticate-cognito is not played/);
});

test("sign-in by OpenID Connect is left out, and the log says so", async () => {
  await using balancer = await startBalancer();
  const { address } = await balancer.target((_, response) => void response.end("hello"));
  await balancer.register(address);
  await balancer.balancers.createListener(
    {
      LoadBalancerArn: balancer.loadBalancer.ref,
      Port: 443,
      Protocol: "HTTPS",
      DefaultActions: [
        {
          Type: "authenticate-oidc",
          Order: 1,
          AuthenticateOidcConfig: { Issuer: "https://issuer.example.com" },
        },
        { Type: "forward", Order: 2, TargetGroupArn: balancer.group.ref },
      ],
    },
    LOOPBACK,
  );
  expect(balancer.lines.join()).toMatch(
    /without effect on this machine: TLS; .*authenticate-oidc; requests are let in/,
  );
  const url = balancer.balancers.listeners()[1]?.url ?? "";
  expect(await (await fetch(url)).text()).toBe("hello");
});

test("attributes that are not played are named in the log when they ask for something", () => {
  const lines: string[] = [];
  create(lines).createLoadBalancer(
    {
      LoadBalancerAttributes: [
        { Key: "access_logs.s3.enabled", Value: "true" },
        { Key: "deletion_protection.enabled", Value: "false" },
        { Key: "idle_timeout.timeout_seconds", Value: "30" },
      ],
    },
    "a",
  );
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/without effect on this machine: access_logs.s3.enabled=true$/);
});

test("names and ARNs are the same after a restart, and made as on AWS", () => {
  const make = () => create().createLoadBalancer({}, "console").ref;
  expect(make()).toBe(make());
  expect(make()).toMatch(
    /^arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer\/app\/console\/[0-9a-f]{16}$/,
  );
});

test("a port that is taken is named with the listener that wants it", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const balancers = create();
  const { ref } = balancers.createLoadBalancer({}, "console");
  await balancers.createListener(
    {
      LoadBalancerArn: ref,
      Port: 80,
      Protocol: "HTTP",
      DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "200" } }],
    },
    { host: "127.0.0.1", port },
  );
  await expect(balancers.start()).rejects.toThrow(
    new RegExp(`listener/app/console/.* cannot listen on 127.0.0.1:${port}: another process listens there`),
  );
  other.close();
});

test("a rule of a listener that does not exist is refused", () => {
  const rule = {
    ListenerArn: "arn:none",
    Priority: 1,
    Conditions: [{ Field: "path-pattern", Values: ["/"] }],
    Actions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "200" } }],
  };
  expect(() => create().createRule(rule)).toThrow("Listener 'arn:none' not found");
});
