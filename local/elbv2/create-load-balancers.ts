import type { Clock } from "../clock.ts";
import { AwsError } from "../wire/aws-error.ts";
import { queryService } from "../wire/query-service.ts";
import type { Realm } from "../wire/realm.ts";
import type { GatewayService } from "../wire/service.ts";
import { type AnswerContext, answer } from "./answer.ts";
import { loadBalancerAttributeValues } from "./describe.ts";
import { Listener } from "./listener.ts";
import { loadBalancerAttributes, loadBalancerProperties } from "./load-balancer-properties.ts";
import { hostCountMetrics, type MetricDatum } from "./metrics.ts";
import { elbArn, fullNameOf, idOf, resourceOf } from "./names.ts";
import { NetworkListener } from "./network-listener.ts";
import { operations } from "./operations.ts";
import { parseAttributes, parseProperties } from "./parse-properties.ts";
import type { ListenerAddress } from "./played-listener.ts";
import { createRegistry, find, type LoadBalancer } from "./registry.ts";
import { type Action, listenerProperties, ruleProperties } from "./routing-properties.ts";
import { createRule } from "./rule.ts";
import { withoutSignIn } from "./sign-in.ts";
import type { TargetAddress } from "./target.ts";
import { TargetGroup } from "./target-group.ts";
import { targetGroupAttributes, targetGroupProperties } from "./target-group-properties.ts";

export interface LoadBalancersOptions {
  readonly realm: Realm;
  readonly clock: Clock;
  /** Told, among others, what a template asks for and this machine does not play. */
  readonly log?: (line: string) => void;
  readonly onMetric?: (datum: MetricDatum) => void;
  /** A target of the group has come up, or has failed its checks. */
  readonly onTargetHealth?: (targetGroupArn: string) => void;
}

/** A resource as the template sees it: what Ref gives, and what Fn::GetAtt can be asked. */
export interface CreatedResource {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** The load balancers of the template, played on loopback. */
export interface LoadBalancers {
  /** @param name used when the properties have no Name, as CloudFormation makes one */
  createLoadBalancer(properties: unknown, name?: string): CreatedResource;
  createTargetGroup(properties: unknown, name?: string): CreatedResource;
  /** @param address takes the place of the listener's port. @throws ListenerPortError once started, when it is taken */
  createListener(properties: unknown, address: ListenerAddress): Promise<CreatedResource>;
  createRule(properties: unknown): CreatedResource;
  registerTargets(targetGroupArn: string, targets: readonly TargetAddress[]): void;
  /** @returns once the targets have drained */
  deregisterTargets(targetGroupArn: string, targets: readonly TargetAddress[]): Promise<void>;
  targetHealth(
    targetGroupArn: string,
  ): (TargetAddress & { state: string; reason?: string; description?: string })[];
  /** Open listeners. */
  listeners(): { arn: string; url: string }[];
  readonly service: GatewayService;
  /** Opens the listeners. @throws ListenerPortError */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const PREFIX = "AWS::ElasticLoadBalancingV2";
const HOST_COUNT_EVERY_MS = 60_000;

export function createLoadBalancers(options: LoadBalancersOptions): LoadBalancers {
  const { realm, clock } = options;
  const log = options.log ?? (() => {});
  const emit = (data: readonly MetricDatum[]) => {
    if (options.onMetric) data.forEach(options.onMetric);
  };
  const registry = createRegistry();
  let started = false;
  let cancelHostCounts = () => {};

  const named = (type: string, given: string | undefined, name: string | undefined): string => {
    const chosen = given ?? name;
    if (chosen === undefined) throw new AwsError("ValidationError", `${PREFIX}::${type} needs a Name`);
    return chosen;
  };
  const sayNotPlayed = (arn: string, what: readonly string[]) => {
    if (what.length > 0) log(`${resourceOf(arn)}: without effect on this machine: ${what.join(", ")}`);
  };
  const use = (action: Action, loadBalancerArn: string) => {
    if (action.Type !== "forward") return;
    for (const { TargetGroupArn } of action.targets) {
      find(registry.targetGroups, "TargetGroup", TargetGroupArn).useFor(loadBalancerArn);
    }
  };
  const reportHostCounts = () => {
    for (const group of registry.targetGroups.values()) {
      const count = (state: string) => group.targets.filter(({ health }) => health.state === state).length;
      for (const arn of group.loadBalancerArns) {
        const names = { loadBalancer: fullNameOf(arn), targetGroup: group.identity.fullName };
        emit(
          hostCountMetrics({ healthy: count("healthy"), unhealthy: count("unhealthy") }, names, clock.now()),
        );
      }
    }
    cancelHostCounts = clock.schedule(HOST_COUNT_EVERY_MS, reportHostCounts);
  };
  const answerContext = (loadBalancer: LoadBalancer): AnswerContext => ({
    loadBalancer,
    targetGroup: (arn) => find(registry.targetGroups, "TargetGroup", arn),
    playedPort: (templatePort) => {
      const listener = [...registry.listeners.values()].find(
        ({ properties }) =>
          properties.LoadBalancerArn === loadBalancer.arn && String(properties.Port) === templatePort,
      );
      return listener && (new URL(listener.url).port || "80");
    },
    now: clock.now,
    emit,
  });

  return {
    createLoadBalancer(raw, defaultName) {
      const properties = parseProperties(`${PREFIX}::LoadBalancer`, loadBalancerProperties, raw);
      const name = named("LoadBalancer", properties.Name, defaultName);
      const kind = properties.Type === "network" ? "net" : "app";
      const arn = elbArn(realm, `loadbalancer/${kind}/${name}/${idOf("load-balancer", name)}`);
      const { played, notPlayed } = parseAttributes(
        `${PREFIX}::LoadBalancer`,
        loadBalancerAttributes,
        properties.LoadBalancerAttributes,
      );
      sayNotPlayed(arn, notPlayed);
      const createdTime = new Date(clock.now()).toISOString();
      const loadBalancer = { arn, name, createdTime, properties, attributes: played };
      registry.loadBalancers.set(arn, loadBalancer);
      return { ref: arn, attributes: loadBalancerAttributeValues(realm, loadBalancer) };
    },

    createTargetGroup(raw, defaultName) {
      const properties = parseProperties(`${PREFIX}::TargetGroup`, targetGroupProperties, raw);
      const name = named("TargetGroup", properties.Name, defaultName);
      const fullName = `targetgroup/${name}/${idOf("target-group", name)}`;
      const arn = elbArn(realm, fullName);
      const { played, notPlayed } = parseAttributes(
        `${PREFIX}::TargetGroup`,
        targetGroupAttributes,
        properties.TargetGroupAttributes,
      );
      sayNotPlayed(arn, notPlayed);
      registry.targetGroups.set(
        arn,
        new TargetGroup({ arn, name, fullName }, properties, played, clock, () =>
          options.onTargetHealth?.(arn),
        ),
      );
      return {
        ref: arn,
        attributes: { TargetGroupArn: arn, TargetGroupFullName: fullName, TargetGroupName: name },
      };
    },

    async createListener(given, address) {
      const { properties: raw, signsIn } = withoutSignIn(given);
      const properties = parseProperties(`${PREFIX}::Listener`, listenerProperties, raw);
      const loadBalancer = find(registry.loadBalancers, "LoadBalancer", properties.LoadBalancerArn);
      const arn = elbArn(
        realm,
        `listener/${fullNameOf(loadBalancer.arn)}/${idOf("listener", properties.Port)}`,
      );
      sayNotPlayed(arn, [
        ...(properties.Protocol === "HTTPS" ? ["TLS; the listener answers in plain HTTP"] : []),
        ...(properties.Protocol === "TLS" ? ["TLS; the listener takes plain connections"] : []),
        ...(signsIn ? ["authenticate-oidc; requests are let in without signing in"] : []),
      ]);
      for (const action of properties.DefaultActions) use(action, loadBalancer.arn);
      const context = answerContext(loadBalancer);
      const defaultRule = ruleOf(realm, arn, "default", raw, [], properties.DefaultActions);
      const listener =
        loadBalancer.properties.Type === "network"
          ? new NetworkListener(arn, properties, address, defaultRule, context.targetGroup)
          : new Listener(
              arn,
              properties,
              address,
              defaultRule,
              loadBalancer.attributes["idle_timeout.timeout_seconds"],
              (at, exchange) => answer(context, at, exchange),
            );
      if (started) await listener.open();
      registry.listeners.set(arn, listener);
      return { ref: arn, attributes: { ListenerArn: arn } };
    },

    createRule(raw) {
      const properties = parseProperties(`${PREFIX}::ListenerRule`, ruleProperties, raw);
      const listener = find(registry.listeners, "Listener", properties.ListenerArn);
      if (listener.rules.some(({ priority }) => priority === properties.Priority)) {
        throw new AwsError("PriorityInUse", `Priority '${properties.Priority}' is currently in use`);
      }
      for (const action of properties.Actions) use(action, listener.properties.LoadBalancerArn);
      const rule = ruleOf(
        realm,
        listener.arn,
        properties.Priority,
        raw,
        properties.Conditions,
        properties.Actions,
      );
      listener.addRule(rule);
      return { ref: rule.arn, attributes: { RuleArn: rule.arn, IsDefault: false } };
    },

    registerTargets: (arn, targets) => find(registry.targetGroups, "TargetGroup", arn).register(targets),
    deregisterTargets: (arn, targets) => find(registry.targetGroups, "TargetGroup", arn).deregister(targets),
    targetHealth: (arn) =>
      find(registry.targetGroups, "TargetGroup", arn).targets.map(({ address, health }) => ({
        ...address,
        ...health,
      })),
    listeners: () => (started ? [...registry.listeners.values()].map(({ arn, url }) => ({ arn, url })) : []),

    service: queryService({
      signingNames: ["elasticloadbalancing"],
      xmlNamespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
      service: { realm, registry },
      operations,
    }),

    async start() {
      for (const listener of registry.listeners.values()) await listener.open();
      started = true;
      reportHostCounts();
    },

    async stop() {
      started = false;
      cancelHostCounts();
      for (const group of registry.targetGroups.values()) group.stop();
      await Promise.all([...registry.listeners.values()].map((listener) => listener.close()));
    },
  };
}

function ruleOf(
  realm: Realm,
  listenerArn: string,
  priority: number | "default",
  raw: unknown,
  conditions: Parameters<typeof createRule>[0]["conditions"],
  actions: readonly Action[],
) {
  const [action] = actions;
  if (!action) throw new AwsError("ValidationError", "A rule needs an action");
  const given = raw as { Conditions?: unknown; Actions?: unknown; DefaultActions?: unknown };
  return createRule({
    arn: elbArn(
      realm,
      `${resourceOf(listenerArn).replace("listener/", "listener-rule/")}/${idOf("rule", priority)}`,
    ),
    priority: priority === "default" ? Number.POSITIVE_INFINITY : priority,
    conditions,
    action,
    described: { Conditions: given.Conditions ?? [], Actions: given.Actions ?? given.DefaultActions },
  });
}
