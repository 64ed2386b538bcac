import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createSecretsManager,
  type SecretsManager,
} from "../../../local/secretsmanager/create-secrets-manager.ts";
import { startManualClock } from "../logs/start-logs.ts";
import { type RunningService, startJsonService } from "./start-json-service.ts";

const ARN = /^arn:aws:secretsmanager:us-east-1:000000000000:secret:db\/main-[A-Za-z0-9]{6}$/;
let running: RunningService<SecretsManager>;
let clock: ReturnType<typeof startManualClock>;
beforeEach(async () => {
  clock = startManualClock();
  running = await startJsonService("secretsmanager", createSecretsManager, clock);
});
afterEach(() => running.stop());

const call = async (operation: string, input: object) => (await running.call(operation, input)).body;
const create = (input: object = {}) =>
  call("CreateSecret", { Name: "db/main", SecretString: "one", ...input });
const read = (input: object = {}) => call("GetSecretValue", { SecretId: "db/main", ...input });

describe("a secret", () => {
  it("is made with a value, and read by name, ARN or an ARN without its suffix", async () => {
    const { ARN: arn, VersionId } = await create({ Description: "for the app" });
    expect(arn).toMatch(ARN);
    const expected = {
      ARN: arn,
      Name: "db/main",
      VersionId,
      SecretString: "one",
      VersionStages: ["AWSCURRENT"],
      CreatedDate: expect.any(Number),
    };
    expect(await read()).toEqual(expected);
    expect(await read({ SecretId: arn })).toEqual(expected);
    expect(await read({ SecretId: String(arn).slice(0, -7) })).toEqual(expected);
    expect(await create()).toMatchObject({ __type: "ResourceExistsException" });
  });

  it("keeps the value before as AWSPREVIOUS, and moves labels", async () => {
    const { VersionId: first } = await create();
    const { VersionId: second } = await call("PutSecretValue", { SecretId: "db/main", SecretString: "two" });
    expect(await read()).toMatchObject({ SecretString: "two", VersionId: second });
    expect(await read({ VersionStage: "AWSPREVIOUS" })).toMatchObject({ SecretString: "one" });
    expect(await read({ VersionId: first })).toMatchObject({ SecretString: "one" });
    await call("PutSecretValue", { SecretId: "db/main", SecretString: "three", VersionStages: ["blue"] });
    expect(await read()).toMatchObject({ SecretString: "two" });
    expect(await read({ VersionStage: "blue" })).toMatchObject({ SecretString: "three" });
    const { VersionId: fourth } = await call("UpdateSecret", {
      SecretId: "db/main",
      Description: "new",
      SecretString: "four",
    });
    const description = await call("DescribeSecret", { SecretId: "db/main" });
    expect(description).toMatchObject({ Description: "new" });
    expect(description.VersionIdsToStages).toEqual({
      [String(second)]: ["AWSPREVIOUS"],
      [String(fourth)]: ["AWSCURRENT"],
      [String((await read({ VersionStage: "blue" })).VersionId)]: ["blue"],
    });
  });

  it("takes a repeated request by its token, but no other value under it", async () => {
    const ClientRequestToken = randomUUID();
    const first = await create({ ClientRequestToken });
    expect(await create({ ClientRequestToken })).toEqual(first);
    const put = { SecretId: "db/main", ClientRequestToken, SecretString: "other" };
    expect(await call("PutSecretValue", put)).toMatchObject({ __type: "ResourceExistsException" });
    expect(await read()).toMatchObject({ SecretString: "one" });
  });

  it("may be binary", async () => {
    const SecretBinary = Buffer.from([0, 255, 7]).toString("base64");
    await create({ SecretString: undefined, SecretBinary });
    const value = await read();
    expect(value).toMatchObject({ SecretBinary });
    expect(value).not.toHaveProperty("SecretString");
  });

  it("is hidden while it is marked for deletion, can be restored, and goes in the end", async () => {
    await create();
    await call("DeleteSecret", { SecretId: "db/main", RecoveryWindowInDays: 7 });
    expect(await read()).toMatchObject({ __type: "InvalidRequestException" });
    expect(await call("ListSecrets", {})).toEqual({ SecretList: [] });
    await call("RestoreSecret", { SecretId: "db/main" });
    expect(await read()).toMatchObject({ SecretString: "one" });
    await call("DeleteSecret", { SecretId: "db/main", RecoveryWindowInDays: 7 });
    clock.advance(7 * 86_400_000);
    expect(await read()).toMatchObject({ __type: "ResourceNotFoundException" });
    expect(await create()).toMatchObject({ Name: "db/main" });
  });

  it("goes at once when forced to, and a new one has another ARN", async () => {
    const { ARN: first } = await create();
    await call("DeleteSecret", { SecretId: "db/main", ForceDeleteWithoutRecovery: true });
    const { ARN: second } = await create();
    expect(second).not.toBe(first);
    expect(await read({ SecretId: first })).toMatchObject({ __type: "ResourceNotFoundException" });
  });

  it("carries tags", async () => {
    await create({ Tags: [{ Key: "a", Value: "1" }] });
    await call("TagResource", { SecretId: "db/main", Tags: [{ Key: "b", Value: "2" }] });
    await call("UntagResource", { SecretId: "db/main", TagKeys: ["a"] });
    const { Tags } = await call("DescribeSecret", { SecretId: "db/main" });
    expect(Tags).toEqual([{ Key: "b", Value: "2" }]);
  });

  it.each([
    ["CreateSecret", { Name: "bad name" }, "InvalidParameterException"],
    ["CreateSecret", { Name: "a", SecretString: "x", SecretBinary: "eA==" }, "InvalidParameterException"],
    ["CreateSecret", { Name: "a", SecretString: "x".repeat(65_537) }, "InvalidParameterException"],
    ["CreateSecret", { Name: "a", KmsKeyId: "k" }, "NotImplemented"],
    ["PutSecretValue", { SecretId: "none", SecretString: "x" }, "ResourceNotFoundException"],
    ["RotateSecret", { SecretId: "none" }, "UnknownOperationException"],
  ])("refuses %s %j", async (operation, input, __type) => {
    expect(await call(operation, input)).toMatchObject({ __type });
  });
});

describe("ListSecrets", () => {
  it("filters, and goes page by page", async () => {
    for (const Name of ["app/a", "app/b", "web/a"]) {
      await call("CreateSecret", { Name, Description: `Secret ${Name}`, Tags: [{ Key: "t", Value: Name }] });
      clock.advance(1);
    }
    const list = async (input: object) => {
      const { SecretList, NextToken } = await call("ListSecrets", { SortOrder: "asc", ...input });
      return { names: (SecretList as { Name: string }[]).map(({ Name }) => Name), NextToken };
    };
    const by = async (Key: string, ...Values: string[]) => (await list({ Filters: [{ Key, Values }] })).names;
    expect(await by("name", "app/")).toEqual(["app/a", "app/b"]);
    expect(await by("name", "!app/")).toEqual(["web/a"]);
    expect(await by("description", "secret web")).toEqual(["web/a"]);
    expect(await by("tag-value", "app/b", "web")).toEqual(["app/b", "web/a"]);
    const first = await list({ MaxResults: 2 });
    expect(first.names).toEqual(["app/a", "app/b"]);
    const rest = await list({ MaxResults: 2, NextToken: first.NextToken });
    expect(rest).toEqual({ names: ["web/a"], NextToken: undefined });
    expect((await list({ SortOrder: "desc" })).names).toEqual(["web/a", "app/b", "app/a"]);
  });
});

describe("a template's secret", () => {
  const generateSecretString = { SecretStringTemplate: '{"user":"ann"}', GenerateStringKey: "password" };

  it("is generated once and kept over restarts, with its ARN", () => {
    const { arn } = running.local.ensureSecret("db/main", { generateSecretString });
    const password = running.local.value(arn, "password");
    expect(arn).toMatch(ARN);
    expect(password).toHaveLength(32);
    const restarted = running.restart();
    expect(restarted.ensureSecret("db/main", { generateSecretString })).toEqual({ arn });
    expect(restarted.value("db/main", "password")).toBe(password);
    restarted.ensureSecret("db/main", {
      generateSecretString: { ...generateSecretString, PasswordLength: 20 },
    });
    expect(restarted.value("db/main", "password")).toHaveLength(20);
    expect(restarted.value("db/main", "password", "AWSPREVIOUS")).toBe(password);
  });

  it("keeps the value that the API gave it, until the template says something else", async () => {
    running.local.ensureSecret("db/main", { secretString: "from the template" });
    await call("PutSecretValue", { SecretId: "db/main", SecretString: "by hand" });
    running.local.ensureSecret("db/main", { secretString: "from the template", description: "new" });
    expect(running.local.value("db/main")).toBe("by hand");
    running.local.ensureSecret("db/main", { secretString: "from the new template" });
    expect(running.local.value("db/main")).toBe("from the new template");
  });

  it("has no value where there is none to read", () => {
    running.local.ensureSecret("db/main", { secretString: '{"port":5432}' });
    expect(running.local.value("db/main", "port")).toBe("5432");
    expect(running.local.value("db/main", "none")).toBeUndefined();
    expect(running.local.value("db/main", "port", "AWSPENDING")).toBeUndefined();
    expect(running.local.value("none")).toBeUndefined();
    running.local.delete("db/main");
    expect(running.local.value("db/main")).toBeUndefined();
  });

  it("leaves nothing behind when its options cannot be met", () => {
    const impossible = { generateSecretString: { PasswordLength: 2 } };
    expect(() => running.local.ensureSecret("db/main", impossible)).toThrow("too short");
    expect(running.local.ensureSecret("db/main", { secretString: "x" }).arn).toMatch(ARN);
  });
});
