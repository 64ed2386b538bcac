import { once } from "node:events";
import {
  type Agent,
  type ClientRequest,
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  request,
  type Server,
} from "node:http";
import type { AddressInfo } from "node:net";
import { createClock } from "../../../local/clock.ts";
import { createLoadBalancers } from "../../../local/elbv2/create-load-balancers.ts";
import type { MetricDatum } from "../../../local/elbv2/metrics.ts";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION, type Realm } from "../../../local/wire/realm.ts";

export const realm: Realm = {
  partition: "aws",
  accountId: LOCAL_ACCOUNT_ID,
  region: LOCAL_REGION,
  endpoint: "http://127.0.0.1:4566",
};

export const LOOPBACK = { host: "127.0.0.1", port: 0 };

/** A target group whose health checks are quick to change their minds. */
export const TARGET_GROUP = {
  Port: 8080,
  Protocol: "HTTP",
  TargetType: "ip",
  VpcId: "vpc-1",
  HealthCheckPath: "/health",
  HealthCheckIntervalSeconds: 5,
  HealthCheckTimeoutSeconds: 2,
  HealthyThresholdCount: 2,
  TargetGroupAttributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "5" }],
};

/** A load balancer with one listener, one target group, and everything that was started, to be ended together. */
export async function startBalancer(
  given: { targetGroup?: object; loadBalancer?: object; speed?: number } = {},
) {
  const lines: string[] = [];
  const metrics: MetricDatum[] = [];
  const balancers = createLoadBalancers({
    realm,
    clock: createClock(given.speed ?? 1),
    log: (line) => lines.push(line),
    onMetric: (datum) => metrics.push(datum),
  });
  const servers: Server[] = [];
  const loadBalancer = balancers.createLoadBalancer(given.loadBalancer ?? {}, "web");
  const group = balancers.createTargetGroup({ ...TARGET_GROUP, ...given.targetGroup }, "targets");
  const listener = await balancers.createListener(
    {
      LoadBalancerArn: loadBalancer.ref,
      Port: 80,
      Protocol: "HTTP",
      DefaultActions: [{ Type: "forward", TargetGroupArn: group.ref }],
    },
    LOOPBACK,
  );
  await balancers.start();
  const url = () => balancers.listeners()[0]?.url ?? "";
  return {
    balancers,
    loadBalancer,
    group,
    listener,
    lines,
    metrics,
    url,
    /** Starts a server that is healthy at /health and answers everything else with `handler`. */
    async target(handler: RequestListener, health: () => number = () => 200) {
      const server = createServer((incoming, response) => {
        if (incoming.url === "/health") response.writeHead(health()).end();
        else handler(incoming, response);
      });
      servers.push(server);
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      return { server, address: { host: "127.0.0.1", port: (server.address() as AddressInfo).port } };
    },
    async register(...addresses: { host: string; port: number }[]) {
      balancers.registerTargets(group.ref, addresses);
      await until(() => balancers.targetHealth(group.ref).every(({ state }) => state === "healthy"));
    },
    async [Symbol.asyncDispose]() {
      await balancers.stop();
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

/** Waits for a condition, at most `timeoutMs`. */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Not so within ${timeoutMs} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request with exactly these headers; `fetch` would not let the test name its host. */
export async function ask(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string; agent?: Agent } = {},
): Promise<Answer> {
  const { body, ...rest } = options;
  const outgoing: ClientRequest = request(url, rest);
  outgoing.end(body);
  const [response] = await once(outgoing, "response");
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  return { status: response.statusCode, headers: response.headers, body: text };
}
