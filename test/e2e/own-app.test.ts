import { rmSync } from "node:fs";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, expect, it } from "vitest";
import { synthesize } from "../../cli/start/synthesize.ts";
import { adminClients, finishedJob } from "./support/clients.ts";
import { LongshoreProcess, ownFlags, PROJECT_ROOT, temporaryState } from "./support/longshore-process.ts";

const EXAMPLE = join(PROJECT_ROOT, "examples", "own-app");
const OUTPUT = join(EXAMPLE, "cdk.out");
const state = temporaryState();
let longshore: LongshoreProcess | undefined;

afterAll(async () => {
  await longshore?.stop("SIGKILL");
  state.remove();
  rmSync(OUTPUT, { recursive: true, force: true });
});

it("an app of somebody's own on the constructs is played, with the container that lies beside it", async () => {
  rmSync(OUTPUT, { recursive: true, force: true });
  const { directory } = await synthesize(EXAMPLE);
  longshore = new LongshoreProcess([...ownFlags(state.path), "--assembly", directory, "--no-samples"]);
  const { endpoint, outputs, notPlayed } = await longshore.ready();
  expect(notPlayed).toEqual([]);
  const clients = adminClients(endpoint);
  await clients.s3.send(
    new PutObjectCommand({
      Bucket: outputs.UploadsBucket,
      Key: "letters/to-ada.letter",
      Body: "three little words\n",
    }),
  );
  const job = await finishedJob(clients, outputs.JobsTableName ?? "", "letters/to-ada.letter");
  expect(job).toMatchObject({ status: "succeeded", pipeline: "word-count", facts: { words: 3 } });
  const { code } = await longshore.stop("SIGINT");
  expect(code, longshore.output).toBe(0);
});
