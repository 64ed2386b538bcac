import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  App,
  CfnOutput,
  aws_ecr_assets as ecrAssets,
  aws_lambda as lambda,
  Stack,
  Stage,
  aws_s3 as s3,
  aws_s3_assets as s3Assets,
  aws_sqs as sqs,
  aws_ssm as ssm,
} from "aws-cdk-lib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type CloudAssembly,
  dockerImageAt,
  fileAssetAt,
  findDockerImage,
} from "../../../local/assembly/cloud-assembly.ts";
import { AssemblyError, AssetNotFoundError } from "../../../local/assembly/errors.ts";
import { readAssembly } from "../../../local/assembly/read-assembly.ts";
import { createClock } from "../../../local/clock.ts";
import { playAssembly } from "../../../local/cloudformation/assembly-player.ts";
import type { ResourcePlayer } from "../../../local/cloudformation/resource-player.ts";
import { openStackStore } from "../../../local/cloudformation/stack-store.ts";
import type { Realm } from "../../../local/wire/realm.ts";

const realm: Realm = {
  partition: "aws",
  accountId: "000000000000",
  region: "us-east-1",
  endpoint: "http://127.0.0.1:4566",
};

let work: string;
let output: string;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "assembly-"));
  output = join(work, "cdk.out");
  write("function/index.mjs", "export const handler = () => 1;");
  write("image/build/App.Dockerfile", "FROM scratch AS run");
  write("notes.txt", "notes");
  synthesize();
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(join(work, path, ".."), { recursive: true });
  writeFileSync(join(work, path), text);
}

/** Two stacks of which the first needs the second, and one in a stage, for an account of its own. */
function synthesize(): void {
  const app = new App({ outdir: output, context: { "aws:cdk:disable-stack-trace": true } });
  const jobs = new Stack(app, "Jobs", { stackName: "jobs-prod", tags: { team: "yard" } });
  const data = new Stack(app, "Data");
  const bucket = new s3.Bucket(data, "Uploads");
  new lambda.Function(jobs, "Launch", {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: "index.handler",
    code: lambda.Code.fromAsset(join(work, "function")),
    environment: { BUCKET: bucket.bucketName },
  });
  const image = new ecrAssets.DockerImageAsset(jobs, "Image", {
    directory: join(work, "image"),
    file: "build/App.Dockerfile",
    buildArgs: { LEVEL: "1" },
    target: "run",
    platform: ecrAssets.Platform.LINUX_ARM64,
  });
  const queue = new sqs.Queue(jobs, "Queue");
  new ssm.StringParameter(jobs, "Parameter", { stringValue: queue.queueUrl });
  new CfnOutput(jobs, "ImageUri", { value: image.imageUri });
  new CfnOutput(jobs, "QueueUrl", { value: queue.queueUrl });

  const stage = new Stage(app, "Prod", { env: { account: "111122223333", region: "eu-west-1" } });
  const notes = new s3Assets.Asset(new Stack(stage, "Notes"), "Text", { path: join(work, "notes.txt") });
  new ssm.StringParameter(notes, "Url", { stringValue: notes.s3ObjectUrl });
  app.synth();
}

describe("a synthesized assembly", () => {
  let assembly: CloudAssembly;
  beforeAll(() => {
    assembly = readAssembly(output, realm);
  });
  const bucket = "cdk-hnb659fds-assets-000000000000-us-east-1";

  test("gives its stacks, dependencies first, those of stages included", () => {
    expect(assembly.stacks.map(({ stackName }) => stackName)).toEqual(["Prod-Notes", "Data", "jobs-prod"]);
    expect(assembly.stacks[2]).toMatchObject({ artifactId: "Jobs", tags: { team: "yard" }, environment: {} });
    expect(assembly.stacks[0]?.environment).toEqual({ account: "111122223333", region: "eu-west-1" });
  });

  test("gives each template, parsed and as written", () => {
    const data = assembly.stacks.find(({ stackName }) => stackName === "Data");
    const types = Object.values(data?.template.Resources ?? {}).map(({ Type }) => Type);
    expect(types).toContain("AWS::S3::Bucket");
    expect(data?.templateBody).toBe(readFileSync(join(output, "Data.template.json"), "utf8"));
  });

  test("leads from the S3 location of a Lambda's code to its folder", async () => {
    const code: unknown[] = [];
    await playWith(assembly, { "AWS::Lambda::Function": (properties) => code.push(properties.Code) });
    expect(code).toEqual([{ S3Bucket: bucket, S3Key: expect.stringMatching(/^[0-9a-f]{64}\.zip$/) }]);
    const { S3Bucket, S3Key } = code[0] as { S3Bucket: string; S3Key: string };
    const asset = fileAssetAt(assembly, S3Bucket, S3Key);
    expect(asset).toMatchObject({ kind: "folder", displayName: "Launch/Code", hash: S3Key.slice(0, 64) });
    expect(readFileSync(join(asset.path, "index.mjs"), "utf8")).toContain("handler");
  });

  test("leads from an image that a template names to what it is built from", async () => {
    const { stacks } = await playWith(assembly, {});
    const uri = stacks.flatMap(({ outputs }) => outputs).find(({ key }) => key === "ImageUri")?.value ?? "";
    expect(uri).toMatch(
      /^000000000000\.dkr\.ecr\.us-east-1\.amazonaws\.com\/cdk-hnb659fds-container-assets-/,
    );
    const image = dockerImageAt(assembly, uri);
    expect(image).toMatchObject({
      displayName: "Image",
      dockerfile: "build/App.Dockerfile",
      buildArgs: { LEVEL: "1" },
      target: "run",
      platform: "linux/arm64",
    });
    expect(readFileSync(join(image.directory, image.dockerfile), "utf8")).toContain("FROM scratch");
  });

  test("knows the files of stacks with an account of their own where those say they are", () => {
    const file = assembly.fileAssets.find(({ path }) => path.endsWith(".txt"));
    const [at] = file?.locations ?? [];
    expect(at?.bucket).toBe("cdk-hnb659fds-assets-111122223333-eu-west-1");
    expect(fileAssetAt(assembly, at?.bucket ?? "", at?.key ?? "").kind).toBe("file");
  });

  test("says which assets there are when asked for another", () => {
    expect(() => fileAssetAt(assembly, bucket, "other.zip")).toThrow(AssetNotFoundError);
    expect(() => fileAssetAt(assembly, bucket, "other.zip")).toThrow(
      /^s3:\/\/cdk-hnb659fds-assets-000000000000-us-east-1\/other\.zip is no asset .* it has s3:\/\//,
    );
    expect(() => dockerImageAt(assembly, "nginx:latest")).toThrow("image nginx:latest is no asset");
    expect(findDockerImage(assembly, "nginx:latest")).toBeUndefined();
  });
});

/** Plays an assembly with players that show the properties of some types; the other types are not played. */
function playWith(
  assembly: CloudAssembly,
  watch: Record<string, (properties: Readonly<Record<string, unknown>>) => void>,
) {
  const player = (see: (properties: Readonly<Record<string, unknown>>) => void): ResourcePlayer => ({
    async play(resource) {
      see(resource.properties);
      return { ref: resource.physicalName(), attributes: {} };
    },
    remove: async () => {},
  });
  return playAssembly({
    assembly,
    realm,
    store: openStackStore(new DatabaseSync(":memory:")),
    clock: createClock(),
    players: Object.fromEntries(Object.entries(watch).map(([type, see]) => [type, player(see)])),
    ignored: {},
    ssmParameter: () => undefined,
  });
}

describe("a broken assembly names the file, what was found and what is expected", () => {
  let broken: string;
  beforeEach(() => {
    broken = mkdtempSync(join(work, "broken-"));
    cpSync(output, broken, { recursive: true });
  });
  const edit = (file: string, change: (content: Record<string, unknown>) => void) => {
    const content = JSON.parse(readFileSync(join(broken, file), "utf8")) as Record<string, unknown>;
    change(content);
    writeFileSync(join(broken, file), JSON.stringify(content));
  };
  const failure = (): AssemblyError => {
    try {
      readAssembly(broken, realm);
    } catch (error) {
      if (error instanceof AssemblyError) return error;
      throw error;
    }
    throw new Error("the assembly was read");
  };
  const assetPath = (kind: "files" | "dockerImages", displayName: string, member: string): string => {
    const manifest = JSON.parse(readFileSync(join(broken, "Jobs.assets.json"), "utf8"));
    const assets = Object.values(manifest[kind]) as { displayName: string; source: Record<string, string> }[];
    return join(broken, assets.find((asset) => asset.displayName === displayName)?.source[member] ?? "none");
  };

  test("no manifest", () => {
    rmSync(join(broken, "manifest.json"));
    expect(failure()).toMatchObject({
      file: join(broken, "manifest.json"),
      found: "no such file",
      expected: "the manifest of a cloud assembly that cdk synth wrote",
    });
  });

  test.each(["99.0.0", "1.33.0", "new"])("the schema version %s", (version) => {
    edit("manifest.json", (manifest) => {
      manifest.version = version;
    });
    expect(failure().message).toContain(
      `found cloud assembly schema version "${version}"; expected a version`,
    );
  });

  test("malformed JSON", () => {
    writeFileSync(join(broken, "Jobs.template.json"), '{"Resources": {');
    expect(failure()).toMatchObject({
      file: join(broken, "Jobs.template.json"),
      found: expect.stringContaining("malformed JSON"),
      expected: "the CloudFormation template of stack Jobs",
    });
  });

  test("a template of another shape", () => {
    edit("Jobs.template.json", (content) => {
      content.Resources = { Queue: { Properties: {} } };
    });
    expect(failure().found).toContain("Resources.Queue.Type");
  });

  test("a template that needs a transform", () => {
    edit("Jobs.template.json", (content) => {
      content.Transform = "AWS::Serverless-2016-10-31";
    });
    expect(failure().found).toContain("AWS::Serverless-2016-10-31");
  });

  test("an asset folder that is gone", () => {
    const path = assetPath("files", "Launch/Code", "path");
    rmSync(path, { recursive: true });
    expect(failure()).toMatchObject({
      file: path,
      found: "nothing",
      expected: "the folder of asset Launch/Code",
    });
  });

  test("an image without its Dockerfile", () => {
    const path = join(assetPath("dockerImages", "Image", "directory"), "build/App.Dockerfile");
    rmSync(path);
    expect(failure()).toMatchObject({ file: path, expected: "what image Image is built from" });
  });

  test("an image built with what is not known here", () => {
    edit("Jobs.assets.json", ({ dockerImages }) => {
      for (const image of Object.values(dockerImages as Record<string, { source: object }>)) {
        Object.assign(image.source, { dockerBuildSecrets: { token: "src=token" } });
      }
    });
    expect(failure().found).toContain("dockerBuildSecrets");
  });

  test("a context lookup that nobody answered", () => {
    edit("manifest.json", (manifest) => {
      manifest.missing = [{ key: "vpc-provider:x", provider: "vpc-provider", props: {} }];
    });
    expect(failure().message).toContain("placeholder values for the context lookup vpc-provider:x");
  });

  test("two stacks of one name", () => {
    edit("manifest.json", ({ artifacts }) => {
      const { Data } = artifacts as Record<string, { properties: object }>;
      Object.assign(Data?.properties ?? {}, { stackName: "jobs-prod" });
    });
    expect(failure().message).toContain("found the stack name jobs-prod for Jobs, Data; expected a name of");
  });

  test("no stack at all", () => {
    edit("manifest.json", (manifest) => {
      manifest.artifacts = {};
    });
    expect(failure().message).toContain("found no stack; expected at least one stack");
  });
});
