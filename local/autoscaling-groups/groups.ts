import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../clock.ts";
import { availabilityZones } from "../cloudformation/availability-zones.ts";
import { DocumentTable } from "../ecs/document-table.ts";
import type { GroupView, InstanceGroups, InstanceRegistration } from "../ecs/instances/model.ts";
import { AwsError, NotPlayedError } from "../wire/aws-error.ts";
import { arn, type Realm } from "../wire/realm.ts";
import { readEcsConfig } from "./ecs-config.ts";
import type { GroupProperties, LaunchTemplateProperties } from "./from-template.ts";
import { findInstanceType, type InstanceType, resourcesForTasks } from "./instance-types.ts";

/** From a launch until the instance's ECS agent registers, by the runtime's clock; one to two minutes on AWS. */
const BOOT_MS = 1_000;

export interface AutoScalingGroupsOptions {
  readonly realm: Realm;
  readonly database: DatabaseSync;
  readonly clock: Clock;
  /** The ECS agent of an instance has started. */
  readonly onInService: (registration: InstanceRegistration) => void;
  /** An instance is to go, as its group was told to: resolves when nothing runs on it any more. */
  readonly drain?: (ec2InstanceId: string) => Promise<void>;
  /** An instance and all that ran on it has ended, from one moment to the next. */
  readonly onTerminated: (ec2InstanceId: string) => void;
  readonly log: (line: string) => void;
}

export interface AutoScalingGroups extends InstanceGroups {
  /** Makes a launch template, or gives it another content, which is a new version. */
  applyLaunchTemplate(name: string, properties: LaunchTemplateProperties): { id: string; version: number };
  deleteLaunchTemplate(id: string): void;
  /** @throws AwsError for a launch template or instance type that does not exist */
  applyGroup(name: string, properties: GroupProperties): { name: string; arn: string };
  /** Ends its instances too. */
  deleteGroup(name: string): void;
  /** Instances that are in service. */
  instances(): { ec2InstanceId: string; group: string }[];
  /** Groups with their instances, as the API shows them. */
  list(): GroupDescription[];
  /** @throws AwsError for a size that is none */
  resize(name: string, sizes: { min?: number | undefined; max?: number | undefined }): void;
  /** @throws AwsError for an instance that the group does not have */
  protect(name: string, ids: readonly string[], isProtected: boolean): void;
  /** Has an instance drained and ended. @throws AwsError when there is none */
  terminateInstance(ec2InstanceId: string, options: { readonly lowersCapacity: boolean }): GroupDescription;
  /** The machine is gone; its group launches another. @returns whether it was there */
  killInstance(ec2InstanceId: string): boolean;
  start(): void;
  stop(): void;
}

interface LaunchTemplate {
  readonly id: string;
  readonly name: string;
  version: number;
  data: LaunchTemplateProperties["LaunchTemplateData"];
}

interface Group {
  readonly name: string;
  properties: GroupProperties;
  desired: number;
}

interface Instance {
  readonly id: string;
  readonly group: string;
  readonly launchedAt: number;
  /** As they were at the launch: a changed launch template leaves running instances alone. */
  readonly template: LaunchTemplate["data"];
  readonly zone: string;
  isProtected: boolean;
  state: "Pending" | "InService" | "Terminating:Wait";
}

export interface GroupDescription {
  readonly name: string;
  readonly arn: string;
  readonly desired: number;
  readonly properties: GroupProperties;
  readonly template: { readonly id: string; readonly name: string; readonly version: number };
  readonly zones: readonly string[];
  readonly instances: readonly {
    readonly id: string;
    readonly type: string;
    readonly zone: string;
    readonly state: Instance["state"];
    readonly isProtected: boolean;
  }[];
}

/** EC2 Auto Scaling as far as ECS needs it: groups that keep as many instances as they are told to. */
export function createAutoScalingGroups(options: AutoScalingGroupsOptions): AutoScalingGroups {
  const { realm, database, clock, log } = options;
  const templates = new DocumentTable<LaunchTemplate>(database, "asg_launch_templates", ({ id }) => id);
  const groups = new DocumentTable<Group>(database, "asg_groups", ({ name }) => name);
  const instances = new DocumentTable<Instance>(database, "asg_instances", ({ id }) => id);
  const boots = new Map<string, () => void>();
  let running = false;

  const all = (group: string) => [...instances.values()].filter((instance) => instance.group === group);
  const members = (group: string) => all(group).filter(({ state }) => state !== "Terminating:Wait");

  function templateOf({ LaunchTemplate: wanted }: GroupProperties): LaunchTemplate {
    const found = [...templates.values()].find(
      ({ id, name }) => id === wanted.LaunchTemplateId || name === wanted.LaunchTemplateName,
    );
    if (!found) throw new AwsError("ValidationError", "The specified launch template does not exist.");
    return found;
  }

  function boot(instance: Instance): void {
    const cancel = clock.schedule(BOOT_MS, () => {
      boots.delete(instance.id);
      instance.state = "InService";
      instances.put(instance);
      options.onInService(registrationOf(instance));
    });
    boots.set(instance.id, cancel);
  }

  function registrationOf({ id, group, template, zone }: Instance): InstanceRegistration {
    const type = typeOf(template.InstanceType);
    const config = readEcsConfig(template.UserData);
    return {
      cluster: config.cluster,
      ec2InstanceId: id,
      autoScalingGroup: group,
      instanceType: template.InstanceType,
      availabilityZone: zone,
      imageId: template.ImageId,
      architecture: type.architecture,
      attributes: config.attributes,
      ...resourcesForTasks(type, config.reservedMemoryMiB),
    };
  }

  function reconcile(group: Group): void {
    if (!running) return;
    const present = members(group.name);
    const { data } = templateOf(group.properties);
    for (let count = present.length; count < group.desired; count += 1) {
      const instance: Instance = {
        id: `i-${randomBytes(9).toString("hex").slice(0, 17)}`,
        group: group.name,
        launchedAt: clock.now(),
        template: data,
        zone: emptiestZone(zonesOf(group), members(group.name)),
        isProtected: group.properties.NewInstancesProtectedFromScaleIn,
        state: "Pending",
      };
      instances.put(instance);
      boot(instance);
    }
    const surplus = present
      .filter(({ isProtected }) => !isProtected)
      .slice(0, present.length - group.desired);
    if (present.length > group.desired) for (const instance of surplus) retire(instance);
  }

  function zonesOf({ properties }: Group): string[] {
    return zonesFor(realm.region, properties);
  }

  function describeGroup(group: Group): GroupDescription {
    const { id, name, version } = templateOf(group.properties);
    return {
      name: group.name,
      arn: groupArn(realm, group.name),
      desired: group.desired,
      properties: group.properties,
      template: { id, name, version },
      zones: zonesOf(group),
      instances: all(group.name).map((instance) => ({
        ...instance,
        type: instance.template.InstanceType,
      })),
    };
  }

  /** @throws AwsError */
  function groupOf(name: string): Group {
    const group = groups.get(name);
    if (!group) throw new AwsError("ValidationError", `AutoScalingGroup name not found - ${name}`);
    return group;
  }

  /** What runs on it moves away first, where ECS manages the draining. */
  function retire(instance: Instance): void {
    if (instance.state === "Pending") {
      terminate(instance.id);
      return;
    }
    instance.state = "Terminating:Wait";
    instances.put(instance);
    void (options.drain?.(instance.id) ?? Promise.resolve()).then(() => running && terminate(instance.id));
  }

  function terminate(id: string): boolean {
    if (!instances.get(id)) return false;
    boots.get(id)?.();
    boots.delete(id);
    instances.delete(id);
    options.onTerminated(id);
    return true;
  }

  return {
    applyLaunchTemplate(name, { LaunchTemplateData: data }) {
      typeOf(data.InstanceType);
      readEcsConfig(data.UserData);
      const known = [...templates.values()].find((template) => template.name === name);
      const template = known ?? {
        id: `lt-${randomBytes(9).toString("hex").slice(0, 17)}`,
        name,
        version: 0,
        data,
      };
      if (template.version === 0 || JSON.stringify(template.data) !== JSON.stringify(data)) {
        template.version += 1;
        template.data = data;
        templates.put(template);
      }
      return { id: template.id, version: template.version };
    },
    deleteLaunchTemplate: (id) => templates.delete(id),
    applyGroup(name, properties) {
      templateOf(properties);
      const { MinSize, MaxSize, DesiredCapacity } = properties;
      const known = groups.get(name);
      // What managed scaling has made of it stays, as in an update of a stack, unless the template changed its mind.
      const kept = DesiredCapacity === known?.properties.DesiredCapacity ? known?.desired : undefined;
      const desired = Math.min(MaxSize, Math.max(MinSize, kept ?? DesiredCapacity ?? MinSize));
      const group = { name, properties, desired };
      groups.put(group);
      reconcile(group);
      return { name, arn: groupArn(realm, name) };
    },
    deleteGroup(name) {
      for (const { id } of all(name)) terminate(id);
      groups.delete(name);
    },
    describe(name): GroupView | undefined {
      const group = groups.get(name);
      if (!group) return undefined;
      const { data } = templateOf(group.properties);
      return {
        desired: group.desired,
        min: group.properties.MinSize,
        max: group.properties.MaxSize,
        pending: members(name).filter(({ state }) => state === "Pending").length,
        size: resourcesForTasks(typeOf(data.InstanceType), readEcsConfig(data.UserData).reservedMemoryMiB),
      };
    },
    setDesiredCapacity(name, count) {
      const group = groupOf(name);
      const { MinSize, MaxSize } = group.properties;
      if (count < MinSize || count > MaxSize) {
        throw new AwsError(
          "ValidationError",
          `New SetDesiredCapacity value ${count} is outside of the group's sizes ${MinSize} to ${MaxSize}.`,
        );
      }
      log(`auto scaling: group ${name} goes from ${group.desired} to ${count} instances`);
      group.desired = count;
      groups.put(group);
      reconcile(group);
    },
    terminate(name, ids) {
      const group = groups.get(name);
      if (!group) return;
      const ended = ids.filter((id) => instances.get(id)?.group === name && terminate(id)).length;
      group.desired = Math.max(group.properties.MinSize, group.desired - ended);
      groups.put(group);
      reconcile(group);
    },
    instances: () =>
      [...instances.values()]
        .filter(({ state }) => state === "InService")
        .map(({ id, group }) => ({ ec2InstanceId: id, group })),
    list: () => [...groups.values()].map(describeGroup),
    resize(name, { min, max }) {
      const group = groupOf(name);
      const MinSize = min ?? group.properties.MinSize;
      const MaxSize = max ?? group.properties.MaxSize;
      if (MinSize > MaxSize) {
        throw new AwsError("ValidationError", `Min size ${MinSize} is larger than max size ${MaxSize}.`);
      }
      group.properties = { ...group.properties, MinSize, MaxSize };
      group.desired = Math.min(MaxSize, Math.max(MinSize, group.desired));
      groups.put(group);
      reconcile(group);
    },
    protect(name, ids, isProtected) {
      const group = groupOf(name);
      for (const id of ids) {
        const instance = instances.get(id);
        if (instance?.group !== name) {
          throw new AwsError(
            "ValidationError",
            `The instance ${id} is not part of Auto Scaling group ${name}.`,
          );
        }
        instance.isProtected = isProtected;
        instances.put(instance);
      }
      reconcile(group);
    },
    terminateInstance(id, { lowersCapacity }) {
      const instance = instances.get(id);
      const group = instance && groups.get(instance.group);
      if (!instance || !group) {
        throw new AwsError("ValidationError", `Instance Id not found - No managed instance found for ${id}`);
      }
      if (lowersCapacity) {
        if (group.desired - 1 < group.properties.MinSize) {
          throw new AwsError(
            "ValidationError",
            `Currently, desiredSize equals minSize (${group.properties.MinSize}). Terminating instance without replacement will violate group's min size constraint.`,
          );
        }
        group.desired -= 1;
        groups.put(group);
      }
      retire(instance);
      reconcile(group);
      return describeGroup(group);
    },
    killInstance(id) {
      const group = groups.get(instances.get(id)?.group ?? "");
      const killed = terminate(id);
      if (group) reconcile(group);
      return killed;
    },
    start() {
      running = true;
      for (const instance of instances.values()) {
        if (instance.state === "Pending") boot(instance);
        else if (instance.state === "Terminating:Wait") terminate(instance.id);
        else options.onInService(registrationOf(instance));
      }
      for (const group of groups.values()) reconcile(group);
    },
    stop() {
      running = false;
      for (const cancel of boots.values()) cancel();
      boots.clear();
    },
  };
}

export function groupArn(realm: Realm, name: string): string {
  return arn(realm, "autoscaling", `autoScalingGroup:local:autoScalingGroupName/${name}`);
}

/** One zone for each of the group's subnets, which are in zones of their own. */
function zonesFor(region: string, { VPCZoneIdentifier = [] }: GroupProperties): string[] {
  return availabilityZones(region).slice(0, Math.max(1, VPCZoneIdentifier.length));
}

/** A group keeps its zones even (EC2 Auto Scaling user guide, "Distribute instances across Availability Zones"). */
function emptiestZone(zones: readonly string[], present: readonly Instance[]): string {
  const count = (zone: string) => present.filter((instance) => instance.zone === zone).length;
  return zones.toSorted((a, b) => count(a) - count(b))[0] ?? "";
}

/** @throws NotPlayedError for a type that is not in the table */
function typeOf(name: string): InstanceType {
  const type = findInstanceType(name);
  if (!type) throw new NotPlayedError(`EC2 instance type ${name}`);
  return type;
}
