import { once } from "node:events";
import { request } from "node:http";
import { expect, test } from "vitest";
import { ask, startBalancer, until } from "./harness.ts";

test("without a registered target the answer is 503 and says which target group lacks one", async () => {
  await using balancer = await startBalancer();
  const answer = await ask(balancer.url());
  expect(answer.status).toBe(503);
  expect(answer.headers.server).toBe("awselb/2.0");
  expect(answer.body).toContain("target group targets");
});

test("requests take turns over the healthy targets", async () => {
  await using balancer = await startBalancer();
  const one = await balancer.target((_, response) => response.end("one"));
  const two = await balancer.target((_, response) => response.end("two"));
  await balancer.register(one.address, two.address);
  const bodies: string[] = [];
  for (let count = 0; count < 4; count++) bodies.push((await ask(balancer.url())).body);
  expect(bodies.toSorted()).toEqual(["one", "one", "two", "two"]);
});

test("least outstanding requests goes past the busy target", async () => {
  await using balancer = await startBalancer({
    targetGroup: {
      TargetGroupAttributes: [{ Key: "load_balancing.algorithm.type", Value: "least_outstanding_requests" }],
    },
  });
  let busy = 0;
  const slow = await balancer.target((incoming, response) => {
    if (incoming.url !== "/hold") return response.end("slow");
    busy++;
    return undefined;
  });
  await balancer.register(slow.address);
  const held = request(`${balancer.url()}/hold`).on("error", () => {});
  held.end();
  await until(() => busy === 1);
  const free = await balancer.target((_, response) => response.end("free"));
  await balancer.register(free.address);
  for (let count = 0; count < 3; count++) expect(await ask(balancer.url())).toMatchObject({ body: "free" });
  held.destroy();
});

test("a target that starts late is used as soon as it answers its check", async () => {
  await using balancer = await startBalancer({ targetGroup: { HealthCheckIntervalSeconds: 300 } });
  let ready = false;
  const { address } = await balancer.target(
    (_, response) => response.end("ready"),
    () => (ready ? 200 : 503),
  );
  balancer.balancers.registerTargets(balancer.group.ref, [address]);
  expect(balancer.balancers.targetHealth(balancer.group.ref)).toMatchObject([
    { ...address, state: "initial", reason: "Elb.RegistrationInProgress" },
  ]);
  expect(await ask(balancer.url())).toMatchObject({ status: 503 });
  ready = true;
  await until(() => balancer.balancers.targetHealth(balancer.group.ref)[0]?.state === "healthy");
  expect(await ask(balancer.url())).toMatchObject({ body: "ready" });
});

test("a target that fails its checks gets nothing until it has passed them again", async () => {
  await using balancer = await startBalancer({ speed: 50 });
  let status = 200;
  const ill = await balancer.target(
    (_, response) => response.end("ill"),
    () => status,
  );
  const well = await balancer.target((_, response) => response.end("well"));
  await balancer.register(ill.address, well.address);
  const stateOfIll = () =>
    balancer.balancers.targetHealth(balancer.group.ref).find(({ port }) => port === ill.address.port);

  status = 500;
  await until(() => stateOfIll()?.state === "unhealthy");
  expect(stateOfIll()).toMatchObject({
    reason: "Target.ResponseCodeMismatch",
    description: "Health checks failed with these codes: [500]",
  });
  for (let count = 0; count < 4; count++) expect(await ask(balancer.url())).toMatchObject({ body: "well" });
  status = 200;
  await until(() => stateOfIll()?.state === "healthy");
});

test("with nothing healthy the unhealthy are asked, as AWS's load balancer fails open", async () => {
  await using balancer = await startBalancer({ speed: 50 });
  let status = 200;
  const { address } = await balancer.target(
    (_, response) => response.end("still here"),
    () => status,
  );
  await balancer.register(address);
  status = 404;
  await until(() => balancer.balancers.targetHealth(balancer.group.ref)[0]?.state === "unhealthy");
  expect(await ask(balancer.url())).toMatchObject({ status: 200, body: "still here" });
});

test("a target that is taken out finishes what it has begun and gets nothing new", async () => {
  await using balancer = await startBalancer();
  let finish = () => {};
  const leaving = await balancer.target((_, response) => {
    response.write("begun ");
    finish = () => response.end("finished");
  });
  await balancer.register(leaving.address);
  const outgoing = request(balancer.url());
  outgoing.end();
  const [response] = await once(outgoing, "response");

  let drained = false;
  const gone = balancer.balancers.deregisterTargets(balancer.group.ref, [leaving.address]).then(() => {
    drained = true;
  });
  expect(balancer.balancers.targetHealth(balancer.group.ref)).toMatchObject([{ state: "draining" }]);
  expect(await ask(balancer.url())).toMatchObject({ status: 503 });
  expect(drained).toBe(false);
  finish();
  let body = "";
  for await (const chunk of response.setEncoding("utf8")) body += chunk;
  expect(body).toBe("begun finished");
  await gone;
  expect(balancer.balancers.targetHealth(balancer.group.ref)).toEqual([]);
});

test("past the deregistration delay what is left is cut off", async () => {
  await using balancer = await startBalancer({ speed: 50 });
  const endless = await balancer.target((_, response) => response.write("…"));
  await balancer.register(endless.address);
  const outgoing = request(balancer.url());
  outgoing.end();
  const [response] = await once(outgoing, "response");
  response.resume();
  response.on("error", () => {});
  const cut = new Promise((resolve) => response.once("close", resolve));
  await balancer.balancers.deregisterTargets(balancer.group.ref, [endless.address]);
  await cut;
  expect(response.complete).toBe(false);
});

test("a client with the cookie comes back to its target", async () => {
  await using balancer = await startBalancer({
    targetGroup: {
      TargetGroupAttributes: [
        { Key: "stickiness.enabled", Value: "true" },
        { Key: "stickiness.type", Value: "lb_cookie" },
      ],
    },
  });
  const one = await balancer.target((_, response) => response.end("one"));
  const two = await balancer.target((_, response) => response.end("two"));
  await balancer.register(one.address, two.address);
  const first = await ask(balancer.url());
  const cookie = first.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
  expect(cookie).toMatch(/^AWSALB=/);
  for (let count = 0; count < 4; count++) {
    expect(await ask(balancer.url(), { headers: { cookie } })).toMatchObject({ body: first.body });
  }
});

test("targets of a group that no listener uses are not checked", async () => {
  await using balancer = await startBalancer();
  const spare = balancer.balancers.createTargetGroup(
    { Port: 80, Protocol: "HTTP", TargetType: "ip" },
    "spare",
  );
  balancer.balancers.registerTargets(spare.ref, [{ host: "127.0.0.1", port: 9 }]);
  expect(balancer.balancers.targetHealth(spare.ref)).toMatchObject([
    { state: "unused", reason: "Target.NotInUse" },
  ]);
});

test("requests per target are the average of the group's fit targets", async () => {
  await using balancer = await startBalancer();
  for (let count = 0; count < 2; count++) {
    await balancer.register((await balancer.target((_, response) => response.end())).address);
  }
  for (let count = 0; count < 4; count++) await ask(balancer.url());
  const { TargetGroupFullName: TargetGroup } = balancer.group.attributes;
  const perTarget = balancer.metrics.filter(
    ({ name, dimensions }) => name === "RequestCountPerTarget" && !("LoadBalancer" in dimensions),
  );
  expect(perTarget.every(({ dimensions }) => dimensions.TargetGroup === TargetGroup)).toBe(true);
  expect(perTarget.reduce((sum, { value }) => sum + value, 0)).toBe(2);
});

test("metrics count requests and fit targets under the names that scaling policies use", async () => {
  await using balancer = await startBalancer({ speed: 600 });
  const { address } = await balancer.target((_, response) => response.end());
  await balancer.register(address);
  await ask(balancer.url());
  const LoadBalancer = balancer.loadBalancer.attributes.LoadBalancerFullName;
  const TargetGroup = balancer.group.attributes.TargetGroupFullName;
  await until(() => balancer.metrics.some(({ name, value }) => name === "HealthyHostCount" && value === 1));
  expect(balancer.metrics).toContainEqual(
    expect.objectContaining({ name: "RequestCountPerTarget", value: 1, dimensions: { TargetGroup } }),
  );
  expect(balancer.metrics).toContainEqual(
    expect.objectContaining({ name: "HTTPCode_Target_2XX_Count", dimensions: { LoadBalancer } }),
  );
  expect(balancer.metrics).toContainEqual(
    expect.objectContaining({ name: "TargetResponseTime", dimensions: { LoadBalancer, TargetGroup } }),
  );
});
