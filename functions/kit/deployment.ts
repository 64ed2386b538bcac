import { readFileSync } from "node:fs";
import * as z from "zod";
import { pipelines } from "../../events/pipeline.ts";

/**
 * The file beside a function's code with what grows with the number of pipelines: a function's environment holds 4 KB.
 * docs/decisions/0008-pipelines-beside-the-code.md.
 */
export const DEPLOYMENT_FILE = "deployment.json";

/** What the deployment tells its functions. */
export const deployment = z.strictObject({
  pipelines,
  /** Tasks of pipelines with a container of their own, by pipeline. */
  ownContainers: z
    .record(z.string(), z.strictObject({ taskDefinition: z.string(), container: z.string() }))
    .default({}),
});
export type Deployment = z.input<typeof deployment>;

/** Reads the file once, at start. @throws when it is not there, or another version of the code has written it */
export function readDeployment(): z.output<typeof deployment> {
  const file = new URL(DEPLOYMENT_FILE, import.meta.url);
  return deployment.parse(JSON.parse(readFileSync(file, "utf8")));
}
