import { BlockList, isIPv6 } from "node:net";
import type { Condition } from "./routing-properties.ts";
import { matchesWildcard } from "./wildcard.ts";

/** What rules look at. */
export interface RequestFacts {
  readonly method: string;
  /** Without its port. */
  readonly host: string;
  /** As sent, without the query. */
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The peer's address; X-Forwarded-For does not count. */
  readonly sourceIp: string;
}

/**
 * Whether a request meets a condition: one of its values is enough.
 * Host, header values and query strings are compared without case; paths and methods with it.
 * Source: Elastic Load Balancing user guide, "Condition types for listener rules".
 */
export function meets(condition: Condition, request: RequestFacts): boolean {
  switch (condition.Field) {
    case "host-header":
      return condition.patterns.some((pattern) => fits(pattern, request.host));
    case "path-pattern":
      return condition.patterns.some((pattern) => matchesWildcard(pattern, request.path));
    case "http-header": {
      const { HttpHeaderName, Values } = condition.HttpHeaderConfig;
      const sent = [request.headers[HttpHeaderName.toLowerCase()] ?? []].flat();
      return sent.some((value) => Values.some((pattern) => fits(pattern, value)));
    }
    case "http-request-method":
      return condition.HttpRequestMethodConfig.Values.includes(request.method);
    case "query-string": {
      const pairs = [...new URLSearchParams(request.query)];
      return condition.QueryStringConfig.Values.some(({ Key, Value }) =>
        pairs.some(([key, value]) => (Key === undefined || fits(Key, key)) && fits(Value, value)),
      );
    }
    case "source-ip":
      return condition.SourceIpConfig.Values.some((cidr) => contains(cidr, request.sourceIp));
  }
}

function fits(pattern: string, text: string): boolean {
  return matchesWildcard(pattern.toLowerCase(), text.toLowerCase());
}

function contains(cidr: string, address: string): boolean {
  const [network = "", bits = ""] = cidr.split("/");
  const family = (ip: string) => (isIPv6(ip) ? "ipv6" : "ipv4");
  const block = new BlockList();
  block.addSubnet(network, Number(bits), family(network));
  return block.check(address, family(address));
}
