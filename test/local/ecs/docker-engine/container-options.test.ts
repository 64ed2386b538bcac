import { expect, test } from "vitest";
import type { ContainerSpec } from "../../../../local/ecs/container-engine.ts";
import { containerOptions } from "../../../../local/ecs/docker-engine/container-options.ts";
import { buildOptions } from "../../../../local/ecs/docker-engine/image-builder.ts";
import { emptyStats, nextStats } from "../../../../local/ecs/docker-engine/stats.ts";

const SPEC: ContainerSpec = {
  runtimeId: "abc-1",
  taskId: "abc",
  name: "main",
  image: "image",
  environment: { A: "1" },
  mounts: [],
  ports: [],
  scratchDirectory: "/tmp/abc",
};
const ENGINE = { image: "longshore-asset:1", owner: "me", cpus: 2 };
const hostConfig = (more: Partial<ContainerSpec>) =>
  containerOptions({ ...SPEC, ...more }, ENGINE, new Map()).HostConfig;

test.each([
  ["no limit", {}, undefined],
  ["the container's limit", { memoryLimitMiB: 128 }, 128],
  ["the task's limit", { taskMemoryLimitMiB: 512 }, 512],
  ["the lesser of both", { memoryLimitMiB: 1024, taskMemoryLimitMiB: 512 }, 512],
])("memory: %s, and never swap", (_, limits, mib) => {
  const { Memory, MemorySwap } = hostConfig(limits) ?? {};
  const bytes = mib === undefined ? undefined : mib * 1024 * 1024;
  expect([Memory, MemorySwap]).toEqual([bytes, bytes]);
});

test.each([
  [{ taskCpuUnits: 256 }, { NanoCpus: 0.25e9 }],
  [{ taskCpuUnits: 16_384 }, { NanoCpus: 2e9 }],
  [{ cpuUnits: 512 }, { CpuShares: 512 }],
  [{ cpuUnits: 1 }, { CpuShares: 2 }],
])("CPU: %j", (units, expected) => {
  expect(hostConfig(units)).toMatchObject(expected);
});

test("a container without a command of its own keeps the image's", () => {
  const created = containerOptions(SPEC, ENGINE, new Map());
  for (const member of ["Entrypoint", "Cmd", "User", "WorkingDir"])
    expect(created).not.toHaveProperty(member);
  expect(created).toMatchObject({
    Image: "longshore-asset:1",
    Env: ["A=1"],
    HostConfig: { NetworkMode: "host" },
  });
});

test("a chosen port is told to the container, which listens on the loopback address alone", () => {
  const created = containerOptions({ ...SPEC, environment: { PORT: "80" } }, ENGINE, new Map([[80, 41_000]]));
  expect(created.Env).toEqual(["PORT=41000", "HOST=127.0.0.1"]);
});

test("isolation and mounts are what the task definition says; its labels cannot hide whose the container is", () => {
  const created = containerOptions(
    {
      ...SPEC,
      mounts: [
        { hostPath: "/state/efs", containerPath: "/mnt", readOnly: true },
        { hostPath: "/state/task", containerPath: "/work" },
      ],
      isolation: {
        user: "1000:1000",
        readonlyRootFilesystem: true,
        initProcess: true,
        addCapabilities: ["SYS_PTRACE"],
        dropCapabilities: ["ALL"],
        labels: { team: "a", "dev.longshore.owner": "somebody else" },
      },
    },
    ENGINE,
    new Map(),
  );
  expect(created).toMatchObject({
    User: "1000:1000",
    Labels: { team: "a", "dev.longshore.owner": "me", "dev.longshore.task": "abc" },
    HostConfig: {
      ReadonlyRootfs: true,
      Init: true,
      CapAdd: ["SYS_PTRACE"],
      CapDrop: ["ALL"],
      Binds: ["/state/efs:/mnt:ro", "/state/task:/work"],
    },
  });
});

test("a build takes what the asset says; LONGSHORE_BUILD_NETWORK wins over its network", () => {
  const source = {
    contextDirectory: "/context",
    dockerfile: "a/Dockerfile",
    buildArgs: { V: "1" },
    target: "final",
    platform: "linux/arm64",
    networkMode: "none",
  };
  expect(buildOptions(source, "name:tag", undefined)).toMatchObject({
    dockerfile: "a/Dockerfile",
    t: "name:tag",
    buildargs: { V: "1" },
    target: "final",
    platform: "linux/arm64",
    networkmode: "none",
  });
  expect(buildOptions(source, "name:tag", "host").networkmode).toBe("host");
});

test("memory is counted without the page cache that can be given back", () => {
  const sample = { memory_stats: { usage: 100, stats: { inactive_file: 30 } }, pids_stats: { current: 4 } };
  const first = nextStats(emptyStats(), { ...sample, cpu_stats: { cpu_usage: { total_usage: 5e6 } } });
  expect(first).toEqual({ memoryBytes: 70, maxMemoryBytes: 70, cpuMilliseconds: 5, processes: 4 });
  // The last sample of a container that has ended is empty.
  expect(nextStats(first, {})).toEqual({
    memoryBytes: 0,
    maxMemoryBytes: 70,
    cpuMilliseconds: 5,
    processes: 0,
  });
});
