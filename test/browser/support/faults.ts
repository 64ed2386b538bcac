import { ECSClient, ListTaskDefinitionFamiliesCommand } from "@aws-sdk/client-ecs";

/** One fault, on the next task that a large object gets. */
export async function armFault(endpoint: string, kind: "task-kill" | "image-pull-error"): Promise<void> {
  const family = await processorFamily(endpoint);
  const fault = { kind, family, times: 1, ...(kind === "task-kill" ? { delaySeconds: 0.1 } : {}) };
  const answer = await fetch(`${endpoint}/_longshore/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ seed: 7, faults: [fault] }),
  });
  if (answer.status !== 201) throw new Error(`The fault was not taken: ${await answer.text()}`);
}

async function processorFamily(endpoint: string): Promise<string> {
  const credentials = { accessKeyId: "admin", secretAccessKey: "admin" };
  const ecs = new ECSClient({ endpoint, region: "us-east-1", credentials });
  const { families = [] } = await ecs.send(new ListTaskDefinitionFamiliesCommand({ status: "ACTIVE" }));
  const family = families.find((name) => /UploadProcessing/.test(name));
  if (!family) throw new Error(`None of ${families.join(", ")} is the processor's`);
  return family;
}
