import { connect } from "node:net";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { describe, expect, it } from "vitest";
import { HostError, listenHost } from "../../local/listen-host.ts";
import { RuntimeError } from "../../local/runtime.ts";
import { connection, startSmallRuntime } from "./faults/small-runtime.ts";

describe("an address to listen on", () => {
  it.each([
    ["127.0.0.1", "127.0.0.1", true],
    ["127.0.0.2", "127.0.0.2", true],
    ["::1", "[::1]", true],
    ["0.0.0.0", "127.0.0.1", false],
    ["::", "[::1]", false],
    ["192.0.2.7", "192.0.2.7", false],
    ["2001:db8::7", "[2001:db8::7]", false],
  ])("%s is called %s", (host, name, isLoopback) => {
    expect(listenHost(host)).toEqual({ address: host, name, isLoopback });
  });

  it.each(["", "localhost", "example.com", "127.0.0.1:80"])("is not %j", (host) => {
    expect(() => listenHost(host)).toThrow(HostError);
  });
});

/** Of every Linux machine, and none that a server on 127.0.0.1 answers at. */
const SECOND = "127.0.0.2";

function answers(host: string, endpoint: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(endpoint).port), host);
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

describe.skipIf(process.platform !== "linux")("the runtime", () => {
  it("listens on one loopback address, and says nothing of it", async () => {
    const lines: string[] = [];
    const { endpoint } = await startSmallRuntime({}, undefined, { log: (line) => lines.push(line) });
    expect([await answers("127.0.0.1", endpoint), await answers(SECOND, endpoint)]).toEqual([true, false]);
    expect(lines).toEqual([]);
  });

  it("listens on all addresses when told to, says so, and names one that can be called", async () => {
    const lines: string[] = [];
    const runtime = await startSmallRuntime({}, undefined, {
      host: "0.0.0.0",
      log: (line) => lines.push(line),
    });
    expect(await answers(SECOND, runtime.endpoint)).toBe(true);
    expect(lines).toEqual([expect.stringMatching(/^Listening on 0\.0\.0\.0.*administrator/)]);
    const sts = new STSClient(connection(runtime));
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: "000000000000" });
  });

  it("refuses an address that this machine does not have", async () => {
    const start = startSmallRuntime({}, undefined, { host: "192.0.2.7" });
    await expect(start).rejects.toThrow(RuntimeError);
    await expect(start).rejects.toThrow(/192\.0\.2\.7 is no IP address of this machine; --host/);
  });
});
