import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { ask, startBalancer, until } from "./harness.ts";

test("a request arrives with its own method, path, body and headers, and those that a load balancer adds", async () => {
  await using balancer = await startBalancer();
  const seen: { url?: string | undefined; method?: string | undefined; raw: string[]; body: string }[] = [];
  const { address } = await balancer.target(async (incoming, response) => {
    let body = "";
    for await (const chunk of incoming.setEncoding("utf8")) body += chunk;
    seen.push({ url: incoming.url, method: incoming.method, raw: incoming.rawHeaders, body });
    response.writeHead(201, "Made", [
      ["Set-Cookie", "a=1"],
      ["Set-Cookie", "b=2"],
      ["X-Thing", "yes"],
    ]);
    response.end("done");
  });
  await balancer.register(address);

  const answer = await ask(`${balancer.url()}/a%20b/%2F?q=1&q=%C3%BC`, {
    method: "POST",
    headers: { "X-Custom-Case": "kept", "X-Forwarded-For": "203.0.113.9", Host: "console.example" },
    body: "hello",
  });

  expect(answer).toMatchObject({ status: 201, body: "done" });
  expect(answer.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
  expect(seen[0]).toMatchObject({ url: "/a%20b/%2F?q=1&q=%C3%BC", method: "POST", body: "hello" });
  const header = (name: string) => {
    const raw = seen[0]?.raw ?? [];
    return raw[raw.indexOf(name) + 1];
  };
  expect(header("X-Custom-Case")).toBe("kept");
  expect(header("Host")).toBe("console.example");
  expect(header("X-Forwarded-For")).toBe("203.0.113.9, 127.0.0.1");
  expect(header("X-Forwarded-Proto")).toBe("http");
  expect(header("X-Forwarded-Port")).toBe("80");
  expect(header("X-Amzn-Trace-Id")).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
});

test("bytes flow both ways while the exchange is open", async () => {
  await using balancer = await startBalancer();
  const { address } = await balancer.target((incoming, response) => {
    response.writeHead(200, { "content-type": "application/octet-stream" });
    incoming.pipe(response);
  });
  await balancer.register(address);

  const outgoing = request(`${balancer.url()}/echo`, { method: "POST" });
  outgoing.write("first");
  const [response] = await once(outgoing, "response");
  expect(String((await once(response, "data"))[0])).toBe("first");
  outgoing.write("second");
  expect(String((await once(response, "data"))[0])).toBe("second");
  outgoing.end();
  await once(response, "end");
});

test("a large body arrives whole", async () => {
  await using balancer = await startBalancer();
  const { address } = await balancer.target(async (incoming, response) => {
    const hash = createHash("sha256");
    for await (const chunk of incoming) hash.update(chunk);
    response.end(hash.digest("hex"));
  });
  await balancer.register(address);
  const body = randomBytes(8 * 1024 * 1024);
  const answer = await fetch(`${balancer.url()}/`, { method: "PUT", body });
  expect(await answer.text()).toBe(createHash("sha256").update(body).digest("hex"));
});

test("server-sent events reach the listener one by one, and the target learns that the listener has gone", async () => {
  await using balancer = await startBalancer();
  let gone = false;
  const { address } = await balancer.target((incoming, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    response.write("data: 1\n\n");
    incoming.socket.once("close", () => {
      gone = true;
    });
  });
  await balancer.register(address);
  const controller = new AbortController();
  const events = await fetch(`${balancer.url()}/events`, { signal: controller.signal });
  const chunk = await events.body?.getReader().read();
  expect(new TextDecoder().decode(chunk?.value)).toBe("data: 1\n\n");
  controller.abort();
  await until(() => gone);
});

test("connections to a target are kept between requests", async () => {
  await using balancer = await startBalancer();
  const ports = new Set<number | undefined>();
  const { address } = await balancer.target((incoming, response) => {
    ports.add(incoming.socket.remotePort);
    response.end();
  });
  await balancer.register(address);
  const agent = new Agent({ keepAlive: true });
  for (let count = 0; count < 5; count++) await ask(balancer.url(), { agent });
  agent.destroy();
  expect(ports.size).toBe(1);
});

test("a change of protocol makes a tunnel", async () => {
  await using balancer = await startBalancer();
  const { server, address } = await balancer.target((_, response) =>
    response.writeHead(426).end("no socket"),
  );
  server.on("upgrade", (incoming, socket) => {
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${incoming.headers.upgrade}\r\nConnection: Upgrade\r\n\r\n`,
    );
    socket.pipe(socket);
  });
  await balancer.register(address);
  const outgoing = request(`${balancer.url()}/socket`, {
    headers: { Connection: "Upgrade", Upgrade: "echo/1" },
  });
  outgoing.end();
  const [response, socket] = await once(outgoing, "upgrade");
  expect(response.headers.upgrade).toBe("echo/1");
  socket.write("ping");
  expect(String((await once(socket, "data"))[0])).toBe("ping");
  socket.destroy();

  server.removeAllListeners("upgrade");
  const refused = await ask(`${balancer.url()}/socket`, {
    headers: { Connection: "Upgrade", Upgrade: "echo/1" },
  });
  expect(refused).toMatchObject({ status: 426, body: "no socket" });
});

test("a target that hangs up without an answer gives 502", async () => {
  await using balancer = await startBalancer();
  const { address } = await balancer.target((incoming) => incoming.socket.destroy());
  await balancer.register(address);
  expect(await ask(balancer.url())).toMatchObject({ status: 502 });
  expect(balancer.metrics.map(({ name }) => name)).toContain("HTTPCode_ELB_502_Count");
});

test("a target that says nothing within the idle timeout gives 504", async () => {
  await using balancer = await startBalancer({
    loadBalancer: { LoadBalancerAttributes: [{ Key: "idle_timeout.timeout_seconds", Value: "1" }] },
  });
  const { address } = await balancer.target(() => {});
  await balancer.register(address);
  expect(await ask(balancer.url())).toMatchObject({ status: 504 });
});

test("an answer that breaks off breaks off for the client too", async () => {
  await using balancer = await startBalancer();
  const { address } = await balancer.target((incoming, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("half", () => incoming.socket.destroy());
  });
  await balancer.register(address);
  await expect(ask(balancer.url())).rejects.toThrow(/aborted|hang up|ECONNRESET/);
});

test("what is not HTTP is refused, and the listener goes on", async () => {
  await using balancer = await startBalancer();
  const { address } = await balancer.target((_, response) => response.end("fine"));
  await balancer.register(address);
  const { port, hostname } = new URL(balancer.url());
  const socket = connect(Number(port), hostname);
  socket.write("nonsense\r\n\r\n");
  expect(String((await once(socket, "data"))[0])).toMatch(/^HTTP\/1\.1 400 /);
  expect(await ask(balancer.url())).toMatchObject({ body: "fine" });
});
