import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { Transform } from "node:stream";

/** After so many bytes of answers, or after the head of the first one. */
type CutAfter = number | "head";

/** Passes bytes on to a server, and cuts every connection in the middle of an answer. */
export class CuttingProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  connections = 0;

  private constructor(target: URL, cutAfter: CutAfter) {
    this.#server = createServer((client) => {
      this.connections++;
      const upstream = connect(Number(target.port), target.hostname);
      for (const socket of [client, upstream]) {
        this.#sockets.add(socket);
        socket.on("error", () => {});
        socket.on("close", () => this.#sockets.delete(socket));
      }
      let left = cutAfter === "head" ? Number.POSITIVE_INFINITY : cutAfter;
      const counted = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          // A head is less than the first piece.
          if (cutAfter === "head") left = chunk.indexOf("\r\n\r\n") + 4;
          const passed = chunk.subarray(0, left);
          left -= passed.length;
          this.push(passed);
          // What has been passed on arrives; what was to come does not.
          if (left === 0) client.end(() => upstream.destroy());
          done();
        },
      });
      client.pipe(upstream);
      upstream.pipe(counted).pipe(client);
      client.on("close", () => upstream.destroy());
    });
  }

  static async start(target: string, cutAfter: CutAfter): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(new URL(target), cutAfter);
    await once(proxy.#server.listen(0, "127.0.0.1"), "listening");
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}
