import type { LoadBalancerAttributes } from "./load-balancer-properties.ts";
import { traceHeader } from "./trace-header.ts";

/** Headers that end at each hop. Source: RFC 9110, section 7.6.1. */
const HOP_BY_HOP = ["connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"];

export interface Hop {
  readonly attributes: LoadBalancerAttributes;
  readonly clientAddress: string;
  readonly clientPort: number;
  /** The listener's port as the template has it. */
  readonly listenerPort: number;
  /** Whether the client asks to change the protocol, to WebSocket for one. */
  readonly upgrade: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * The headers that the target gets, as a flat list of names and values, in the client's order and spelling.
 * Source: Elastic Load Balancing user guide, "HTTP headers and Application Load Balancers".
 */
export function requestHeaders(rawHeaders: readonly string[], hop: Hop): string[] {
  const sent = pairs(rawHeaders);
  const { attributes } = hop;
  const xffMode = attributes["routing.http.xff_header_processing.mode"];
  const ours = ["x-amzn-trace-id", "x-forwarded-proto", "x-forwarded-port"];
  if (xffMode !== "preserve") ours.push("x-forwarded-for");
  const onlyValid = attributes["routing.http.drop_invalid_header_fields.enabled"];
  const kept = withoutHopByHop(sent).filter(
    ([name]) => !ours.includes(name.toLowerCase()) && (!onlyValid || /^[A-Za-z0-9-]+$/.test(name)),
  );
  const valueSent = (wanted: string) => sent.find(([name]) => name.toLowerCase() === wanted)?.[1];

  if (hop.upgrade) kept.push(["Connection", "Upgrade"], ["Upgrade", valueSent("upgrade") ?? ""]);
  if (valueSent("transfer-encoding") !== undefined) kept.push(["Transfer-Encoding", "chunked"]);
  if (xffMode === "append") {
    const client = attributes["routing.http.xff_client_port.enabled"]
      ? `${hop.clientAddress}:${hop.clientPort}`
      : hop.clientAddress;
    const before = valueSent("x-forwarded-for");
    kept.push(["X-Forwarded-For", before === undefined ? client : `${before}, ${client}`]);
  }
  kept.push(
    ["X-Forwarded-Proto", "http"],
    ["X-Forwarded-Port", String(hop.listenerPort)],
    ["X-Amzn-Trace-Id", traceHeader(valueSent("x-amzn-trace-id"), hop.now)],
  );
  return kept.flat();
}

/** The headers that the client gets. */
export function responseHeaders(rawHeaders: readonly string[]): string[] {
  return withoutHopByHop(pairs(rawHeaders)).flat();
}

type Header = [name: string, value: string];

function withoutHopByHop(headers: readonly Header[]): Header[] {
  const named = headers
    .filter(([name]) => name.toLowerCase() === "connection")
    .flatMap(([, value]) => value.toLowerCase().split(","));
  const dropped = new Set([...HOP_BY_HOP, ...named.map((name) => name.trim())]);
  return headers.filter(([name]) => !dropped.has(name.toLowerCase()));
}

function pairs(rawHeaders: readonly string[]): Header[] {
  const result: Header[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    result.push([rawHeaders[index] ?? "", rawHeaders[index + 1] ?? ""]);
  }
  return result;
}
