import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Realm } from "../../../local/wire/realm.ts";
import type { Caller, GatewayService } from "../../../local/wire/service.ts";

export interface Endpoint {
  readonly realm: Realm;
  /** Client settings for any AWS SDK v3 client. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  /** Answers with `service` from now on; requests before that are refused. */
  use(...services: GatewayService[]): void;
  /** Requests whose client still waits for an answer. */
  open(): number;
  stop(): Promise<void>;
}

const ADMIN: Caller = { kind: "admin", arn: "arn:aws:iam::000000000000:root" };

/** A real HTTP server in front of services, chosen by the signing name in the credential scope. */
export async function startEndpoint(
  callerOf: (request: IncomingMessage) => Caller = () => ADMIN,
): Promise<Endpoint> {
  let services: readonly GatewayService[] = [];
  let open = 0;
  const server = createServer((request, response) => void answer(request, response));
  async function answer(request: IncomingMessage, response: ServerResponse) {
    const gone = new AbortController();
    open++;
    response.on("close", () => {
      open--;
      gone.abort();
    });
    const name = /Credential=[^,]*\/([a-z0-9-]+)\/aws4_request/.exec(
      request.headers.authorization ?? "",
    )?.[1];
    const service = services.find(({ signingNames }) => name === undefined || signingNames.includes(name));
    if (!service) return void response.writeHead(503).end();
    await service
      .handle(request, response, { caller: callerOf(request), requestId: randomUUID(), signal: gone.signal })
      .catch((error: Error) => response.writeHead(500).end(error.stack));
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    realm: { partition: "aws", accountId: "000000000000", region: "us-east-1", endpoint },
    client: {
      endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
    },
    use: (...chosen) => {
      services = chosen;
    },
    open: () => open,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
