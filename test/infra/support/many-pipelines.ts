import type { Pipeline } from "../../../events/pipeline.ts";
import { pipelines } from "../../../infra/pipelines.ts";

/** The project's own pipelines, and so many that there are `count` in all; the first of them is called `kind-1`. */
export function manyPipelines(count: number): Pipeline[] {
  const more = Array.from({ length: count - pipelines.length }, (_, index) => index + 1);
  return [
    ...more.map(
      (number): Pipeline => ({
        name: `kind-${number}`,
        prefix: "",
        suffixes: [`.kind${number}`, `.kind${number}.gz`],
        dedicatedAboveBytes: 1024,
        sizes: [
          { upToBytes: 2 ** 28, size: { cpu: 1024, memoryMiB: 2048 } },
          { upToBytes: 2 ** 32, size: { cpu: 2048, memoryMiB: 4096, ephemeralStorageGiB: 40 } },
          { size: { cpu: 4096, memoryMiB: 8192, ephemeralStorageGiB: 200 } },
        ],
        memoryCeilingMiB: 30_720,
        capacity: ["FARGATE_SPOT", "FARGATE"],
        maxAttempts: 3,
        timeoutSeconds: 3600,
      }),
    ),
    ...pipelines,
  ];
}
