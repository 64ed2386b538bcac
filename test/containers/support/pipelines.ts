import { type Pipeline, pipelines } from "../../../events/pipeline.ts";

/** A pipeline for CSV and the generic one; a test changes what it is about. */
export function testPipelines(change: Partial<Pipeline> = {}): Pipeline[] {
  const common = {
    prefix: "",
    dedicatedAboveBytes: 8_388_608,
    sizes: [{ size: { cpu: 1024, memoryMiB: 2048 } }],
    capacity: ["FARGATE" as const],
    memoryCeilingMiB: 8192,
    maxAttempts: 3,
    timeoutSeconds: 60,
    ...change,
  };
  return pipelines.parse([
    { ...common, name: "tables", suffixes: [".csv"] },
    { ...common, name: "generic", suffixes: [] },
  ]);
}
