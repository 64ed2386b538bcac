import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { XMLParser } from "fast-xml-parser";
import { expect, test } from "vitest";
import { startBalancer } from "./harness.ts";

/** The service as the endpoint serves it; the answer as a client parses it. */
async function call(balancer: Awaited<ReturnType<typeof startBalancer>>, form: Record<string, string>) {
  const server = createServer((request, response) => {
    void balancer.balancers.service.handle(request, response, {
      caller: { kind: "admin", arn: "arn:aws:iam::000000000000:root" },
      requestId: "request-1",
      signal: AbortSignal.timeout(10_000),
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/`, {
    method: "POST",
    body: new URLSearchParams({ Version: "2015-12-01", ...form }),
  });
  const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === "member" });
  const body = parser.parse(await answer.text());
  server.close();
  return { status: answer.status, body };
}

test("the API describes what the template made", async () => {
  await using balancer = await startBalancer();
  const { address } = await balancer.target((_, response) => response.end());
  await balancer.register(address);
  const result = async (Action: string, form: Record<string, string> = {}) =>
    (await call(balancer, { Action, ...form })).body[`${Action}Response`][`${Action}Result`];

  const lb = await result("DescribeLoadBalancers", { "Names.member.1": "web" });
  expect(lb.LoadBalancers.member).toMatchObject([
    { LoadBalancerArn: balancer.loadBalancer.ref, DNSName: "127.0.0.1", State: { Code: "active" } },
  ]);
  const groups = await result("DescribeTargetGroups", { LoadBalancerArn: balancer.loadBalancer.ref });
  expect(groups.TargetGroups.member).toMatchObject([
    { TargetGroupArn: balancer.group.ref, HealthCheckPath: "/health", Matcher: { HttpCode: "200" } },
  ]);
  const listeners = await result("DescribeListeners", { LoadBalancerArn: balancer.loadBalancer.ref });
  expect(listeners.Listeners.member).toMatchObject([
    {
      ListenerArn: balancer.listener.ref,
      Port: "80",
      DefaultActions: { member: [{ Type: "forward", TargetGroupArn: balancer.group.ref }] },
    },
  ]);
  const rules = await result("DescribeRules", { ListenerArn: balancer.listener.ref });
  expect(rules.Rules.member).toMatchObject([{ Priority: "default", IsDefault: "true" }]);
  const health = await result("DescribeTargetHealth", { TargetGroupArn: balancer.group.ref });
  expect(health.TargetHealthDescriptions.member).toMatchObject([
    { Target: { Id: "127.0.0.1", Port: String(address.port) }, TargetHealth: { State: "healthy" } },
  ]);
});

test("pages end where the marker says", async () => {
  await using balancer = await startBalancer();
  balancer.balancers.createLoadBalancer({}, "second");
  const page = async (form: Record<string, string>) =>
    (await call(balancer, { Action: "DescribeLoadBalancers", PageSize: "1", ...form })).body
      .DescribeLoadBalancersResponse.DescribeLoadBalancersResult;
  const first = await page({});
  expect(first.LoadBalancers.member.map((lb: { LoadBalancerName: string }) => lb.LoadBalancerName)).toEqual([
    "web",
  ]);
  const second = await page({ Marker: first.NextMarker });
  expect(second.LoadBalancers.member.map((lb: { LoadBalancerName: string }) => lb.LoadBalancerName)).toEqual([
    "second",
  ]);
  expect(second.NextMarker).toBeUndefined();
});

test("what does not exist is not found, and what is not played says so", async () => {
  await using balancer = await startBalancer();
  const missing = await call(balancer, { Action: "DescribeTargetHealth", TargetGroupArn: "arn:none" });
  expect(missing.status).toBe(400);
  expect(missing.body.ErrorResponse.Error).toMatchObject({ Code: "TargetGroupNotFound", Type: "Sender" });
  const change = await call(balancer, { Action: "CreateLoadBalancer", Name: "x" });
  expect(change.body.ErrorResponse.Error.Message).toContain("CreateLoadBalancer is not played");
  const unknown = await call(balancer, { Action: "DescribeLoadBalancers", Nonsense: "x" });
  expect(unknown.status).toBe(501);
});
