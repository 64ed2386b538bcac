import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as a real client sent it. */
export interface SentRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A server that keeps what clients send it; it answers 500, so that they give up at once. */
export async function startRecorder() {
  const sent: SentRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, url, headers } = request;
    sent.push({ method, url, headers, body: Buffer.concat(chunks) });
    response.writeHead(500).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    /** What `send` makes a client send, its failure left aside. */
    async record(send: () => Promise<unknown>): Promise<SentRequest> {
      sent.length = 0;
      await send().catch(() => undefined);
      const [first] = sent;
      if (!first) throw new Error("The client sent nothing");
      return first;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
