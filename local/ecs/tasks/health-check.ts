import { setTimeout as delay } from "node:timers/promises";
import type { RunningContainer } from "../container-engine.ts";
import type { ContainerDefinition, Health } from "../model.ts";

type HealthCheck = NonNullable<ContainerDefinition["healthCheck"]>;

/** `["CMD", …]`, `["CMD-SHELL", text]` or just the words; undefined for `["NONE"]`. */
export function healthCheckCommand(command: readonly string[]): readonly string[] | undefined {
  const [form, ...words] = command;
  if (form === "NONE") return undefined;
  if (form === "CMD-SHELL") return ["/bin/sh", "-c", words.join(" ")];
  return form === "CMD" ? words : command;
}

/**
 * Runs a container's health check every `interval` until the signal is aborted; the first run comes one interval
 * after the start. Failures inside `startPeriod` do not count, a success ends it.
 */
export async function watchHealth(
  container: RunningContainer,
  check: HealthCheck,
  onChange: (health: Health) => void,
  signal: AbortSignal,
): Promise<void> {
  const command = healthCheckCommand(check.command);
  if (!command) return;
  const started = Date.now();
  let health: Health = "UNKNOWN";
  let failures = 0;
  const become = (next: Health) => {
    if (next !== health) onChange(next);
    health = next;
  };
  while (!signal.aborted) {
    await delay(check.interval * 1000, undefined, { signal, ref: false }).catch(() => {});
    if (signal.aborted) return;
    const exitCode = await container.exec(command, check.timeout * 1000).catch(() => 126);
    if (signal.aborted) return;
    const starting = health === "UNKNOWN" && Date.now() - started < (check.startPeriod ?? 0) * 1000;
    if (exitCode === 0) {
      failures = 0;
      become("HEALTHY");
    } else if (!starting) {
      failures += 1;
      if (failures >= check.retries) become("UNHEALTHY");
    }
  }
}

/** A task is as healthy as its essential containers that have a health check. */
export function taskHealth(essential: readonly Health[]): Health {
  if (essential.includes("UNHEALTHY")) return "UNHEALTHY";
  return essential.length > 0 && essential.every((health) => health === "HEALTHY") ? "HEALTHY" : "UNKNOWN";
}
