import { createServer } from "node:net";

const handedOut = new Set<number>();

/** A TCP port of the loopback address that nothing listens on; not given twice while it is held. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await new Promise<number>((resolve, reject) => {
      const server = createServer();
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
      });
    });
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    return port;
  }
}

export function releasePort(port: number): void {
  handedOut.delete(port);
}
