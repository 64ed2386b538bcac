import { Stack, TimeZone } from "aws-cdk-lib";
import { ScalableTarget, Schedule, ServiceNamespace } from "aws-cdk-lib/aws-applicationautoscaling";
import type { BaseService, ICluster } from "aws-cdk-lib/aws-ecs";
import { Role } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";

/** The number of a service's tasks, for policies and schedules to scale. */
export function serviceTasks(
  scope: Construct,
  of: {
    readonly cluster: ICluster;
    readonly service: BaseService;
    readonly minimum: number;
    readonly maximum: number;
  },
): ScalableTarget {
  const { cluster, service, minimum, maximum } = of;
  const target = new ScalableTarget(scope, "Target", {
    serviceNamespace: ServiceNamespace.ECS,
    scalableDimension: "ecs:service:DesiredCount",
    resourceId: `service/${cluster.clusterName}/${service.serviceName}`,
    minCapacity: minimum,
    maxCapacity: maximum,
    // Application Auto Scaling uses its service-linked role whatever is given; CDK would make one for nothing.
    role: Role.fromRoleArn(
      scope,
      "ServiceLinkedRole",
      Stack.of(scope).formatArn({
        service: "iam",
        region: "",
        resource: "role/aws-service-role/ecs.application-autoscaling.amazonaws.com",
        resourceName: "AWSServiceRoleForApplicationAutoScaling_ECSService",
      }),
    ),
  });
  target.node.addDependency(service);
  return target;
}

/**
 * From Monday to Friday, between two hours of a time zone, no fewer than `atLeast` tasks; `otherwise` at other times.
 * @param id begins the names of both schedules
 */
export function keepFloor(
  target: ScalableTarget,
  id: string,
  hours: { readonly from: number; readonly to: number; readonly timeZone: string },
  { atLeast, otherwise }: { readonly atLeast: number; readonly otherwise: number },
): void {
  const timeZone = TimeZone.of(hours.timeZone);
  const at = (hour: number) => Schedule.cron({ hour: String(hour), minute: "0", weekDay: "MON-FRI" });
  target.scaleOnSchedule(`${id}Begin`, { schedule: at(hours.from), timeZone, minCapacity: atLeast });
  target.scaleOnSchedule(`${id}End`, { schedule: at(hours.to), timeZone, minCapacity: otherwise });
}
