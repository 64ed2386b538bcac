import { expect, test } from "vitest";
import { dedicatedEnvironment, workerEnvironment } from "../../../containers/kit/environment.ts";
import { testPipelines } from "../support/pipelines.ts";

const worker = {
  CAPACITY: "FARGATE",
  ARCHITECTURE: "x86_64",
  JOBS_TABLE: "jobs",
  OBJECTS_TABLE: "objects",
  RESULTS_BUCKET: "results",
  PIPELINES: JSON.stringify(testPipelines()),
  ECS_CONTAINER_METADATA_URI_V4: "http://169.254.170.2/v4/task",
  JOBS_QUEUE_URL: "http://127.0.0.1:4566/000000000000/jobs",
  JOBS_DEAD_LETTER_QUEUE_URL: "http://127.0.0.1:4566/000000000000/jobs-dead",
  FAILED_JOBS_QUEUE_URL: "http://127.0.0.1:4566/000000000000/failed-jobs",
};

test("a worker's environment is parsed, with its defaults", () => {
  const parsed = workerEnvironment(worker);
  expect(parsed.PIPELINES.map(({ name }) => name)).toEqual(["tables", "generic"]);
  expect(parsed.LONGSHORE_LEASE_SECONDS).toBe(60);
  expect(parsed.LONGSHORE_CONCURRENCY).toBeUndefined();
});

test.each([
  [{ JOBS_TABLE: undefined }, /^JOBS_TABLE is not set/],
  [{ LONGSHORE_CONCURRENCY: "many" }, /^LONGSHORE_CONCURRENCY is "many"; .*number/],
  [{ PIPELINES: "[" }, /^PIPELINES is "\["; must be JSON/],
  [{ PIPELINES: '[{"name":"Tables!"}]' }, /PIPELINES is .*; 0\.name: lower-case letters/],
  [{ CAPACITY: "LAMBDA" }, /^CAPACITY is "LAMBDA"; .*FARGATE_SPOT/],
  [{ JOBS_QUEUE_URL: "jobs" }, /^JOBS_QUEUE_URL is "jobs"; .*URL/],
])("an error names the variable, its value and the rule: %j", (change, message) => {
  expect(() => workerEnvironment({ ...worker, ...change })).toThrow(message);
});

test("a job that breaks the task contract is refused by its member", () => {
  const job = JSON.stringify({ contract: 2, jobId: "x" });
  expect(() => dedicatedEnvironment({ ...worker, LONGSHORE_JOB: job })).toThrow(
    /LONGSHORE_JOB is .*; contract/,
  );
});

test("long values are cut, and variables that are not asked for never show", () => {
  const secret = { AWS_SECRET_ACCESS_KEY: "do-not-show" };
  const attempt = () => workerEnvironment({ ...worker, ...secret, PIPELINES: "x".repeat(5_000) });
  expect(attempt).toThrow(/^PIPELINES is "x{100}…"; must be JSON$/);
});
