import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListExportsCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
  paginateDescribeStacks,
} from "@aws-sdk/client-cloudformation";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClock } from "../../../local/clock.ts";
import { cloudFormationService } from "../../../local/cloudformation/cloudformation-service.ts";
import { playStack } from "../../../local/cloudformation/player.ts";
import { openStackStore, type StackStore } from "../../../local/cloudformation/stack-store.ts";
import { template } from "../../../local/cloudformation/template.ts";
import { emptyAssembly, realm } from "./fixtures.ts";

let server: Server;
let client: CloudFormationClient;
let store: StackStore;

const parts = {
  Description: "Boxes & <more>",
  Parameters: {
    Stage: { Type: "String", Default: "prod" },
    Secret: { Type: "String", Default: "hunter2", NoEcho: true },
    Version: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/cdk-bootstrap/hnb659fds/version" },
  },
  Resources: {
    Yard: { Type: "Box", Properties: { Of: { Ref: "Shed" } }, Metadata: { "aws:cdk:path": "Demo/Yard" } },
    Shed: { Type: "Box" },
  },
  Outputs: {
    YardName: {
      Value: { Ref: "Yard" },
      Description: "where <it> is",
      Export: { Name: { "Fn::Sub": "x-yard" } },
    },
    Stage: { Value: { Ref: "Stage" } },
  },
};

/** Each resource is its own logical id; what the API tells of it is under test, not what it is. */
function play(stackName: string, resources: object, tags: Record<string, string> = {}) {
  const whole = { ...parts, Resources: resources };
  return playStack({
    stackName,
    template: template.parse(whole),
    templateBody: JSON.stringify(whole, null, 1),
    realm,
    assembly: emptyAssembly,
    store,
    clock: createClock(),
    players: {
      Box: {
        play: async ({ logicalId }) => ({ ref: `box-${logicalId}`, attributes: {} }),
        remove: async () => {},
      },
    },
    ignored: {},
    ssmParameter: () => undefined,
    tags,
  });
}

beforeAll(async () => {
  store = openStackStore(new DatabaseSync(":memory:"));
  const service = cloudFormationService({ store, realm });
  server = createServer((request, response) => {
    const caller = { kind: "admin", arn: "arn:aws:iam::000000000000:root" } as const;
    void service.handle(request, response, {
      caller,
      requestId: "request-1",
      signal: new AbortController().signal,
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  client = new CloudFormationClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: realm.region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  await play("Demo", parts.Resources, { team: "yard" });
});

afterAll(async () => {
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
});

describe("DescribeStacks", () => {
  test("tells outputs, parameters, tags and when the stack was made", async () => {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: "Demo" }));
    expect(Stacks).toHaveLength(1);
    expect(Stacks[0]).toMatchObject({
      StackId: expect.stringMatching(
        /^arn:aws:cloudformation:us-east-1:000000000000:stack\/Demo\/[0-9a-f-]{36}$/,
      ),
      StackName: "Demo",
      Description: "Boxes & <more>",
      StackStatus: "CREATE_COMPLETE",
      CreationTime: expect.any(Date),
      Outputs: [
        {
          OutputKey: "YardName",
          OutputValue: "box-Yard",
          Description: "where <it> is",
          ExportName: "x-yard",
        },
        { OutputKey: "Stage", OutputValue: "prod" },
      ],
      Parameters: [
        { ParameterKey: "Stage", ParameterValue: "prod" },
        { ParameterKey: "Secret", ParameterValue: "****" },
        {
          ParameterKey: "Version",
          ParameterValue: "/cdk-bootstrap/hnb659fds/version",
          ResolvedValue: expect.stringMatching(/^\d+$/),
        },
      ],
      Tags: [{ Key: "team", Value: "yard" }],
    });
  });

  test("takes a stack's id for its name", async () => {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({}));
    const byId = await client.send(new DescribeStacksCommand({ StackName: Stacks[0]?.StackId }));
    expect(byId.Stacks?.[0]?.StackName).toBe("Demo");
  });

  test("gives all stacks to a paginator", async () => {
    const names: (string | undefined)[] = [];
    for await (const page of paginateDescribeStacks({ client }, {})) {
      names.push(...(page.Stacks ?? []).map((stack) => stack.StackName));
    }
    expect(names).toEqual(["Demo"]);
  });

  test("says in AWS's words that there is no such stack", async () => {
    await expect(client.send(new DescribeStacksCommand({ StackName: "Nope" }))).rejects.toMatchObject({
      name: "ValidationError",
      message: "Stack with id Nope does not exist",
      $metadata: { httpStatusCode: 400 },
    });
  });

  test("refuses a paging token, which no answer gave", async () => {
    const call = client.send(new DescribeStacksCommand({ NextToken: "x" }));
    await expect(call).rejects.toThrow("cloudformation DescribeStacks: NextToken is not played");
  });
});

test("ListStacks filters by status", async () => {
  const list = async (status: "CREATE_COMPLETE" | "DELETE_COMPLETE") => {
    const { StackSummaries = [] } = await client.send(new ListStacksCommand({ StackStatusFilter: [status] }));
    return StackSummaries.map((stack) => stack.StackName);
  };
  expect(await list("CREATE_COMPLETE")).toEqual(["Demo"]);
  expect(await list("DELETE_COMPLETE")).toEqual([]);
});

describe("resources", () => {
  const yard = { LogicalResourceId: "Yard", PhysicalResourceId: "box-Yard", ResourceType: "Box" };

  test("DescribeStackResources lists them in the order of playing", async () => {
    const { StackResources = [] } = await client.send(
      new DescribeStackResourcesCommand({ StackName: "Demo" }),
    );
    expect(StackResources.map(({ LogicalResourceId }) => LogicalResourceId)).toEqual(["Shed", "Yard"]);
    expect(StackResources[1]).toMatchObject({
      ...yard,
      ResourceStatus: "CREATE_COMPLETE",
      Timestamp: expect.any(Date),
    });
  });

  test("DescribeStackResources finds the stack of a physical id", async () => {
    const { StackResources = [] } = await client.send(
      new DescribeStackResourcesCommand({ PhysicalResourceId: "box-Yard", LogicalResourceId: "Yard" }),
    );
    expect(StackResources).toMatchObject([{ ...yard, StackName: "Demo" }]);
  });

  test("DescribeStackResource tells the metadata", async () => {
    const { StackResourceDetail } = await client.send(
      new DescribeStackResourceCommand({ StackName: "Demo", LogicalResourceId: "Yard" }),
    );
    expect(StackResourceDetail).toMatchObject({ ...yard, Metadata: '{"aws:cdk:path":"Demo/Yard"}' });
  });

  test("DescribeStackResource refuses one that the stack does not have", async () => {
    const call = client.send(
      new DescribeStackResourceCommand({ StackName: "Demo", LogicalResourceId: "Barn" }),
    );
    await expect(call).rejects.toMatchObject({
      name: "ValidationError",
      message: "Resource Barn does not exist for stack Demo",
    });
  });

  test("ListStackResources sums them up", async () => {
    const { StackResourceSummaries } = await client.send(
      new ListStackResourcesCommand({ StackName: "Demo" }),
    );
    expect(StackResourceSummaries).toMatchObject([{ LogicalResourceId: "Shed" }, yard]);
  });
});

test("GetTemplate gives the template as it was written", async () => {
  const { TemplateBody = "" } = await client.send(new GetTemplateCommand({ StackName: "Demo" }));
  expect(TemplateBody).toBe(JSON.stringify(parts, null, 1));
});

test("GetTemplate refuses the processed stage", async () => {
  const call = client.send(new GetTemplateCommand({ StackName: "Demo", TemplateStage: "Processed" }));
  await expect(call).rejects.toThrow("TemplateStage Processed is not played");
});

test("ListExports names the stack that exports", async () => {
  const { Exports } = await client.send(new ListExportsCommand({}));
  expect(Exports).toEqual([
    { Name: "x-yard", Value: "box-Yard", ExportingStackId: expect.stringContaining("stack/Demo/") },
  ]);
});

test("an operation that is not played is refused by name", async () => {
  await expect(client.send(new CreateStackCommand({ StackName: "New" }))).rejects.toMatchObject({
    name: "InvalidAction",
    message: expect.stringContaining("CreateStack is not played"),
  });
});

describe("DescribeStackEvents", () => {
  const events = async () => {
    const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: "Demo" }));
    return StackEvents.map((event) => `${event.LogicalResourceId} ${event.ResourceStatus}`);
  };
  const created = [
    "Demo CREATE_COMPLETE",
    "Yard CREATE_COMPLETE",
    "Shed CREATE_COMPLETE",
    "Demo CREATE_IN_PROGRESS",
  ];

  test("tells what was done, newest first; a start without a change adds nothing", async () => {
    expect(await events()).toEqual(created);
    await play("Demo", parts.Resources, { team: "yard" });
    expect(await events()).toEqual(created);
  });

  test("tells of an update, which the stack's status and time show too", async () => {
    await play("Demo", { Yard: { Type: "Box", Properties: { Of: "nothing" } } });
    expect(await events()).toEqual([
      "Shed DELETE_COMPLETE",
      "Demo UPDATE_COMPLETE",
      "Yard UPDATE_COMPLETE",
      "Demo UPDATE_IN_PROGRESS",
      ...created,
    ]);
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: "Demo" }));
    expect(Stacks[0]).toMatchObject({ StackStatus: "UPDATE_COMPLETE", LastUpdatedTime: expect.any(Date) });
  });
});
