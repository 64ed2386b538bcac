import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { LOOPBACK, startBalancer, until } from "./harness.ts";

/** A Network Load Balancer with one TCP listener beside the Application Load Balancer of the harness. */
async function startNetworkListener(balancer: Awaited<ReturnType<typeof startBalancer>>) {
  const { balancers } = balancer;
  const { ref } = balancers.createLoadBalancer({ Type: "network", Scheme: "internal" }, "net");
  const group = balancers.createTargetGroup(
    {
      Port: 8080,
      Protocol: "TCP",
      TargetType: "ip",
      HealthCheckProtocol: "HTTP",
      HealthCheckPath: "/health",
    },
    "tcp",
  );
  await balancers.createListener(
    {
      LoadBalancerArn: ref,
      Port: 80,
      Protocol: "TCP",
      DefaultActions: [{ Type: "forward", TargetGroupArn: group.ref }],
    },
    LOOPBACK,
  );
  const url = new URL(balancers.listeners()[1]?.url ?? "");
  return { arn: ref, group: group.ref, url };
}

test("a network load balancer passes bytes on, with nothing added to them", async () => {
  await using balancer = await startBalancer();
  const { arn, group, url } = await startNetworkListener(balancer);
  expect(arn).toContain(":loadbalancer/net/net/");
  const { address } = await balancer.target((request, response) => {
    response.end(JSON.stringify(Object.keys(request.headers)));
  });
  balancer.balancers.registerTargets(group, [address]);
  await until(() => balancer.balancers.targetHealth(group).every(({ state }) => state === "healthy"));
  const headers = (await (await fetch(url)).json()) as string[];
  expect(headers.filter((name) => name.startsWith("x-"))).toEqual([]);
});

test("a connection that no target can take is reset", async () => {
  await using balancer = await startBalancer();
  const { url } = await startNetworkListener(balancer);
  const socket = connect(Number(url.port), url.hostname);
  socket.write("hello");
  await expect(text(socket)).rejects.toMatchObject({ code: "ECONNRESET" });
});
