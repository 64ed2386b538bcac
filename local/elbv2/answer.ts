import type { RequestFacts } from "./conditions.ts";
import { type Exchange, forward } from "./forward.ts";
import { requestHeaders } from "./forwarded-headers.ts";
import type { IncomingExchange, Listener } from "./listener.ts";
import { type RequestRecord, requestMetrics } from "./metrics.ts";
import { fullNameOf } from "./names.ts";
import { sendFault, sendOwn } from "./own-response.ts";
import { redirectLocation } from "./redirect.ts";
import type { LoadBalancer } from "./registry.ts";
import { factsOf } from "./request-facts.ts";
import type { Action } from "./routing-properties.ts";
import { ruleFor } from "./rule.ts";
import { stickinessHeader, stickyTarget } from "./stickiness.ts";
import { type TargetGroup, targetKey } from "./target-group.ts";

type RedirectAction = Extract<Action, { Type: "redirect" }>;

export interface AnswerContext {
  readonly loadBalancer: LoadBalancer;
  readonly targetGroup: (arn: string) => TargetGroup;
  /** Where the listener with this port in the template answers on this machine. */
  readonly playedPort: (templatePort: string) => string | undefined;
  readonly now: () => number;
  readonly emit: (metrics: ReturnType<typeof requestMetrics>) => void;
}

/** Answers one request as the listener's rules say. */
export function answer(context: AnswerContext, listener: Listener, incoming: IncomingExchange): void {
  const facts = factsOf(incoming.request);
  const rule = ruleFor(listener.rules, facts);
  if (rule?.action.Type === "forward") {
    forwardToGroup(context, listener, incoming, facts, rule.nextTargetGroupArn());
  } else if (rule?.action.Type === "redirect") {
    redirect(context, incoming, facts, rule.action);
  } else if (rule) {
    const { StatusCode, ContentType = "text/plain", MessageBody = "" } = rule.action.FixedResponseConfig;
    sendOwn(incoming.response, Number(StatusCode), `${ContentType}; charset=utf-8`, MessageBody);
    record(context, { answeredBy: "load-balancer", status: Number(StatusCode) });
  }
}

function forwardToGroup(
  context: AnswerContext,
  listener: Listener,
  incoming: IncomingExchange,
  facts: RequestFacts,
  targetGroupArn: string | undefined,
): void {
  const { request, response } = incoming;
  const group = targetGroupArn === undefined ? undefined : context.targetGroup(targetGroupArn);
  const sticky = group?.attributes["stickiness.enabled"] ? stickyTarget(request.headers.cookie) : undefined;
  const target = group?.pick(sticky);
  if (!group || !target) {
    const where = group ? `in target group ${group.identity.name}` : "with a weight above 0";
    sendFault(response, 503, `No target ${where} is registered and ready.`);
    record(context, { answeredBy: "load-balancer", status: 503 });
    return;
  }
  const { attributes } = context.loadBalancer;
  const now = context.now();
  const exchange: Exchange = {
    ...incoming,
    target,
    headers: requestHeaders(request.rawHeaders, {
      attributes,
      clientAddress: facts.sourceIp,
      clientPort: request.socket.remotePort ?? 0,
      listenerPort: listener.properties.Port,
      upgrade: incoming.upgrade !== undefined,
      now,
    }),
    idleTimeoutMs: attributes["idle_timeout.timeout_seconds"] * 1000,
    extraResponseHeaders: stickinessHeader(group.attributes, targetKey(target.address), now),
  };
  const of = {
    targetGroup: group.identity.fullName,
    healthyTargets: group.targets.filter(({ health }) => health.state === "healthy").length,
  };
  forward(exchange, (end) => record(context, { ...end, ...of }));
}

function redirect(
  context: AnswerContext,
  { request, response }: IncomingExchange,
  facts: RequestFacts,
  action: RedirectAction,
): void {
  const location = redirectLocation(playedHere(action, context), {
    protocol: "HTTP",
    host: facts.host,
    port: String(request.socket.localPort),
    path: facts.path.replace(/^\//, ""),
    query: facts.query,
  });
  const status = action.RedirectConfig.StatusCode === "HTTP_301" ? 301 : 302;
  sendOwn(response, status, "text/html", "", { location });
  record(context, { answeredBy: "load-balancer", status });
}

function record(context: AnswerContext, end: Omit<RequestRecord, "loadBalancer">): void {
  context.emit(requestMetrics({ loadBalancer: fullNameOf(context.loadBalancer.arn), ...end }, context.now()));
}

/** A redirect to a port of the template goes to where that listener is played, in the protocol that it is played in. */
function playedHere({ RedirectConfig: config }: RedirectAction, context: AnswerContext) {
  const port = context.playedPort(config.Port);
  return port === undefined ? config : { ...config, Port: port, Protocol: "HTTP" as const };
}
