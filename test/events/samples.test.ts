import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { ecsTaskStateChange } from "../../events/aws/ecs-task-state-change.ts";
import { s3ObjectCreated } from "../../events/aws/s3-object-created.ts";
import { incident } from "../../events/incidents/incident.ts";
import { jobItem } from "../../events/jobs/job.ts";
import { jobIdOf } from "../../events/jobs/job-id.ts";
import { jobMessage } from "../../events/jobs/job-message.ts";
import { jobRequest } from "../../events/jobs/job-request.ts";
import { launchRequest } from "../../events/jobs/launch-request.ts";
import { resultDocument } from "../../events/result.ts";

const folder = new URL("../../events/samples/", import.meta.url);
const SCHEMAS: Record<string, z.ZodType> = {
  "s3-object-created": s3ObjectCreated,
  "ecs-task-stopped": ecsTaskStateChange,
  "job-message": jobMessage,
  "job-request": jobRequest,
  "launch-request": launchRequest,
  "job-item": jobItem,
  incident,
  "result-document": resultDocument,
};

const sample = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), "utf8"));

describe("sample events", () => {
  const names = readdirSync(folder);

  it.each(names)("%s is valid against its schema", (name) => {
    const schema = Object.entries(SCHEMAS).find(([prefix]) => name.startsWith(prefix))?.[1];
    expect(schema, `no schema is known for ${name}`).toBeDefined();
    expect(schema?.safeParse(sample(name)).error).toBeUndefined();
  });

  it("has a sample for every schema", () => {
    for (const prefix of Object.keys(SCHEMAS)) {
      expect(
        names.some((name) => name.startsWith(prefix)),
        prefix,
      ).toBe(true);
    }
  });

  it("carries the job id that its event gives", () => {
    const { pipeline, event } = jobMessage.parse(sample("job-message.json"));
    const { bucket, object } = event.detail;
    const version = { ...object, bucket: bucket.name, versionId: object["version-id"] };
    expect(jobRequest.parse(sample("job-request.json")).jobId).toBe(jobIdOf(version, pipeline));
  });
});
