import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsError } from "../wire/aws-error.ts";
import type { Caller, GatewayService } from "../wire/service.ts";
import { sendError } from "./send-error.ts";
import { serviceNameOf } from "./service-name.ts";

/** Paths of the runtime itself; no bucket name can begin with an underscore. */
export const INTERNAL_PREFIX = "/_longshore/";

export interface GatewayOptions {
  /** Who signed a request. @throws AwsError when the signature does not hold */
  readonly identify: (request: IncomingMessage) => Caller;
  /** Answers requests under `INTERNAL_PREFIX`; false when it does not know the path. */
  readonly internal: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly log: (line: string) => void;
}

export interface Gateway {
  /** Adds a service; requests for it were answered with 503 until then. */
  add(service: GatewayService): void;
  /** @throws PortInUseError */
  listen(port: number, host: string): Promise<{ port: number; host: string }>;
  /** Takes no more requests, ends long polls, and waits for the others. */
  close(): Promise<void>;
}

/** A port that the runtime was asked to listen on belongs to another process. */
export class PortInUseError extends Error {
  readonly port: number;

  constructor(port: number, flag: string, cause: unknown) {
    super(`Port ${port} is in use by another process; stop that one, or choose another port with ${flag}`, {
      cause,
    });
    this.name = "PortInUseError";
    this.port = port;
  }
}

/** The one endpoint: finds out who asks and for which service, and hands the request on. */
export function createGateway(options: GatewayOptions): Gateway {
  const services = new Map<string, GatewayService>();
  const underWay = new Set<AbortController>();
  let draining = false;

  const server = createServer((request, response) => {
    void answer(request, response);
  });
  // Long polls of 20 s and uploads of any length are normal here.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 65_000;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    const gone = new AbortController();
    underWay.add(gone);
    response.once("close", () => {
      underWay.delete(gone);
      gone.abort();
    });
    const name = serviceNameOf(request);
    try {
      if (request.url?.startsWith(INTERNAL_PREFIX) && options.internal(request, response)) return;
      if (draining) throw new AwsError("ServiceUnavailable", "The runtime is stopping", { statusCode: 503 });
      const service = services.get(name);
      if (!service) throw unknownService(name, services);
      const caller = options.identify(request);
      if (caller.kind === "anonymous" && !mayBeAnonymous(name, request)) throw unsigned(name);
      await service.handle(request, response, { caller, requestId, signal: gone.signal });
    } catch (error) {
      const known = error instanceof AwsError ? error : internalFailure(error, request, name);
      sendError(request, response, name, known, requestId);
    }
  }

  function internalFailure(error: unknown, request: IncomingMessage, name: string): AwsError {
    options.log(`${name} ${request.method} ${request.url}: ${error instanceof Error ? error.stack : error}`);
    return new AwsError(name === "s3" ? "InternalError" : "InternalFailure", describe(error), {
      statusCode: 500,
      cause: error,
    });
  }

  return {
    add(service) {
      for (const name of service.signingNames) services.set(name, service);
    },
    async listen(port, host) {
      await new Promise<void>((resolve, reject) => {
        server.once("error", (error: NodeJS.ErrnoException) =>
          reject(error.code === "EADDRINUSE" ? new PortInUseError(port, "--port", error) : error),
        );
        server.listen(port, host, resolve);
      });
      const address = server.address() as AddressInfo;
      return { port: address.port, host };
    },
    async close() {
      draining = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const controller of underWay) controller.abort();
      server.closeIdleConnections();
      const stragglers = setTimeout(() => server.closeAllConnections(), 5_000);
      await closed;
      clearTimeout(stragglers);
    },
  };
}

/** Browser forms carry their signature inside; pre-flight requests have none. */
function mayBeAnonymous(name: string, request: IncomingMessage): boolean {
  if (name !== "s3") return false;
  const isForm = request.headers["content-type"]?.startsWith("multipart/form-data") ?? false;
  return request.method === "OPTIONS" || (request.method === "POST" && isForm);
}

function unsigned(name: string): AwsError {
  return name === "s3"
    ? new AwsError("AccessDenied", "Access Denied: the request is not signed", { statusCode: 403 })
    : new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", {
        statusCode: 403,
      });
}

function unknownService(name: string, services: ReadonlyMap<string, unknown>): AwsError {
  if (services.size === 0) {
    return new AwsError("ServiceUnavailable", "The runtime is starting", { statusCode: 503 });
  }
  const played = [...services.keys()].sort().join(", ");
  return new AwsError(
    "NotImplemented",
    `Service "${name}" is not played by the local runtime; it plays ${played}`,
    {
      statusCode: 501,
    },
  );
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
