import { METRICS_NAMESPACE } from "../events/metrics-namespace.ts";

/** The agent replaces it; no template string of ours. */
const OWN_INSTANCE_ID = `\${aws:InstanceId}`;

/** Namespace of what instances report of themselves. */
export const HOST_METRICS_NAMESPACE = `${METRICS_NAMESPACE}/Hosts`;

/**
 * Configuration of the CloudWatch agent on an instance: CPU, memory, disk and swap once a minute, by instance and for
 * the cluster, and the logs that explain an instance that takes no tasks.
 * Source: CloudWatch user guide, "Create or edit the CloudWatch agent configuration file".
 */
export function hostMetricsConfiguration(clusterName: string, logGroupName: string): object {
  const measured = (measurement: readonly string[]) => ({
    measurement,
    append_dimensions: { ClusterName: clusterName },
  });
  return {
    agent: { metrics_collection_interval: 60, omit_hostname: true },
    metrics: {
      namespace: HOST_METRICS_NAMESPACE,
      append_dimensions: { InstanceId: OWN_INSTANCE_ID },
      aggregation_dimensions: [["ClusterName"]],
      metrics_collected: {
        cpu: { ...measured(["usage_active", "usage_iowait"]), totalcpu: true },
        mem: measured(["mem_used_percent"]),
        swap: measured(["swap_used_percent"]),
        disk: { ...measured(["used_percent", "inodes_free"]), resources: ["/"], drop_device: true },
      },
    },
    logs: {
      logs_collected: {
        files: {
          collect_list: HOST_LOGS.map((name) => ({
            file_path: name,
            log_group_name: logGroupName,
            log_stream_name: `{instance_id}/${name.split("/").at(-1)}`,
          })),
        },
      },
    },
  };
}

/** Files of the ECS-optimized Amazon Linux 2023; the rest of its system log is in the journal. */
const HOST_LOGS = [
  "/var/log/ecs/ecs-agent.log",
  "/var/log/ecs/ecs-init.log",
  "/var/log/cloud-init-output.log",
] as const;
