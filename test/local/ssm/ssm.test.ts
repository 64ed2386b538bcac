import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSsm, type Ssm } from "../../../local/ssm/create-ssm.ts";
import { type RunningService, startJsonService } from "../secretsmanager/start-json-service.ts";

let running: RunningService<Ssm>;
beforeEach(async () => {
  running = await startJsonService("AmazonSSM", createSsm);
});
afterEach(() => running.stop());

const put = (input: object) => running.call("PutParameter", { Type: "String", Value: "v", ...input });

describe("PutParameter", () => {
  it("makes a parameter, and a new version only when it may overwrite", async () => {
    expect(await put({ Name: "/app/url" })).toEqual({ status: 200, body: { Version: 1, Tier: "Standard" } });
    expect(await put({ Name: "/app/url" })).toMatchObject({
      status: 400,
      body: { __type: "ParameterAlreadyExists" },
    });
    const second = await running.call("PutParameter", { Name: "/app/url", Value: "w", Overwrite: true });
    expect(second.body).toEqual({ Version: 2, Tier: "Standard" });
    const { body } = await running.call("GetParameter", { Name: "/app/url" });
    expect(body.Parameter).toEqual({
      Name: "/app/url",
      Type: "String",
      Value: "w",
      Version: 2,
      LastModifiedDate: expect.any(Number),
      ARN: "arn:aws:ssm:us-east-1:000000000000:parameter/app/url",
      DataType: "text",
    });
  });

  it.each([
    ["no type", { Name: "a", Type: undefined }, "ValidationException"],
    ["a name of AWS", { Name: "/aws/x" }, "ValidationException"],
    ["a name with a space", { Name: "a b" }, "ValidationException"],
    ["levels without a leading slash", { Name: "a/b" }, "ValidationException"],
    ["sixteen levels", { Name: "/l".repeat(16) }, "HierarchyLevelLimitExceededException"],
    ["an empty value", { Name: "a", Value: "" }, "ValidationException"],
    ["more than 4 KiB", { Name: "a", Value: "x".repeat(4_097) }, "ValidationException"],
    ["more than 8 KiB", { Name: "a", Value: "x".repeat(8_193), Tier: "Advanced" }, "ValidationException"],
    [
      "a value against its pattern",
      { Name: "a", AllowedPattern: "\\d+" },
      "ParameterPatternMismatchException",
    ],
    [
      "tags while overwriting",
      { Name: "a", Overwrite: true, Tags: [{ Key: "a", Value: "b" }] },
      "ValidationException",
    ],
    ["a KMS key, which is not played", { Name: "a", Type: "SecureString", KeyId: "k" }, "NotImplemented"],
  ])("refuses %s", async (_what, input, __type) => {
    expect((await put(input)).body).toMatchObject({ __type });
    expect((await running.call("DescribeParameters")).body.Parameters).toEqual([]);
  });

  it("takes 8 KiB in the advanced tier, which intelligent tiering chooses by itself", async () => {
    const { body } = await put({ Name: "a", Value: "x".repeat(8_192), Tier: "Intelligent-Tiering" });
    expect(body).toEqual({ Version: 1, Tier: "Advanced" });
  });

  it("does not change a parameter's type", async () => {
    await put({ Name: "a" });
    const { body } = await put({ Name: "a", Type: "SecureString", Overwrite: true });
    expect(body).toMatchObject({ __type: "HierarchyTypeMismatchException" });
  });
});

describe("reading parameters", () => {
  beforeEach(async () => {
    await put({ Name: "/app/a", Value: "1" });
    await put({ Name: "/app/a", Value: "2", Overwrite: true });
    await put({ Name: "/app/db/password", Value: "hunter2", Type: "SecureString" });
    await put({ Name: "/app/db/user", Value: "ann", Tags: [{ Key: "team", Value: "data" }] });
    await put({ Name: "/apple", Value: "x", Type: "StringList" });
  });
  const namesOf = (list: unknown) => (list as { Name: string }[]).map(({ Name }) => Name);

  it("gives versions by selector, and takes ARNs for names", async () => {
    const first = await running.call("GetParameter", { Name: "/app/a:1" });
    expect(first.body.Parameter).toMatchObject({ Value: "1", Version: 1, Selector: ":1" });
    const byArn = await running.call("GetParameter", {
      Name: "arn:aws:ssm:us-east-1:000000000000:parameter/app/a",
    });
    expect(byArn.body.Parameter).toMatchObject({ Name: "/app/a", Value: "2" });
    const missing = await running.call("GetParameter", { Name: "/app/a:9" });
    expect(missing).toMatchObject({ status: 400, body: { __type: "ParameterVersionNotFound" } });
    expect((await running.call("GetParameter", { Name: "/none" })).body.__type).toBe("ParameterNotFound");
  });

  it("shows a SecureString's value only with decryption", async () => {
    const shownValue = async (WithDecryption: boolean) => {
      const { body } = await running.call("GetParameter", { Name: "/app/db/password", WithDecryption });
      return (body.Parameter as { Value: string }).Value;
    };
    expect(await shownValue(true)).toBe("hunter2");
    expect(await shownValue(false)).not.toContain("hunter2");
  });

  it("lists the names that stand for nothing", async () => {
    const { body } = await running.call("GetParameters", { Names: ["/app/a", "/none"] });
    expect(namesOf(body.Parameters)).toEqual(["/app/a"]);
    expect(body.InvalidParameters).toEqual(["/none"]);
  });

  it("reads a path, one level or all, page by page", async () => {
    const byPath = async (input: object) => {
      const { body } = await running.call("GetParametersByPath", { Path: "/app", ...input });
      return { names: namesOf(body.Parameters), NextToken: body.NextToken };
    };
    expect((await byPath({})).names).toEqual(["/app/a"]);
    const first = await byPath({ Recursive: true, MaxResults: 2 });
    expect(first.names).toEqual(["/app/a", "/app/db/password"]);
    expect(await byPath({ Recursive: true, MaxResults: 2, NextToken: first.NextToken })).toEqual({
      names: ["/app/db/user"],
      NextToken: undefined,
    });
    const filter = { Key: "Type", Values: ["SecureString"] };
    expect((await byPath({ Recursive: true, ParameterFilters: [filter] })).names).toEqual([
      "/app/db/password",
    ]);
  });

  it.each([
    [{ Key: "Name", Values: ["/app/a"] }, ["/app/a"]],
    [
      { Key: "Name", Option: "BeginsWith", Values: ["/app"] },
      ["/app/a", "/app/db/password", "/app/db/user", "/apple"],
    ],
    [{ Key: "Name", Option: "Contains", Values: ["user", "pple"] }, ["/app/db/user", "/apple"]],
    [{ Key: "Path", Values: ["/app"] }, ["/app/a"]],
    [{ Key: "Path", Option: "Recursive", Values: ["/app/db"] }, ["/app/db/password", "/app/db/user"]],
    [{ Key: "Type", Values: ["StringList"] }, ["/apple"]],
    [{ Key: "tag:team", Values: ["data"] }, ["/app/db/user"]],
    [{ Key: "tag:team", Values: ["web"] }, []],
  ])("describes by filter %j", async (filter, expected) => {
    const { body } = await running.call("DescribeParameters", { ParameterFilters: [filter] });
    expect(namesOf(body.Parameters)).toEqual(expected);
    expect(JSON.stringify(body)).not.toContain("hunter2");
  });

  it("refuses filters that it does not know", async () => {
    const describeBy = (filter: object) => running.call("DescribeParameters", { ParameterFilters: [filter] });
    expect((await describeBy({ Key: "KeyId", Values: ["k"] })).status).toBe(400);
    const wrongOption = await describeBy({ Key: "Type", Option: "Contains", Values: ["x"] });
    expect(wrongOption.body.__type).toBe("InvalidFilterOption");
  });

  it("deletes one, or many", async () => {
    expect((await running.call("DeleteParameter", { Name: "/apple" })).status).toBe(200);
    expect((await running.call("DeleteParameter", { Name: "/apple" })).body.__type).toBe("ParameterNotFound");
    const { body } = await running.call("DeleteParameters", { Names: ["/app/a", "/none"] });
    expect(body).toEqual({ DeletedParameters: ["/app/a"], InvalidParameters: ["/none"] });
    expect((await running.call("GetParameter", { Name: "/app/a:1" })).body.__type).toBe("ParameterNotFound");
  });
});

describe("a template's parameter", () => {
  it("keeps what the API made of it over restarts, until the template says something else", async () => {
    running.local.put("/app/mode", "slow", "String", { description: "how" });
    await put({ Name: "/app/mode", Value: "fast", Overwrite: true });
    const restarted = running.restart();
    restarted.put("/app/mode", "slow", "String", { description: "how" });
    expect(restarted.get("/app/mode")).toBe("fast");
    restarted.put("/app/mode", "steady", "String", { description: "how" });
    expect(restarted.get("/app/mode")).toBe("steady");
  });

  it("may become another type, which makes it anew", async () => {
    running.local.put("list", "a", "String");
    running.local.put("list", "a,b", "StringList");
    const { body } = await running.call("GetParameter", { Name: "list" });
    expect(body.Parameter).toMatchObject({ Type: "StringList", Value: "a,b", Version: 1 });
  });

  it("is read by name or ARN by the runtime", () => {
    running.local.put("plain", "p", "String");
    running.local.put("/deep/name", "d", "String");
    const arn = "arn:aws:ssm:us-east-1:000000000000:parameter/";
    expect([running.local.get(`${arn}plain`), running.local.get(`${arn}deep/name`)]).toEqual(["p", "d"]);
    expect(running.local.get("none")).toBeUndefined();
    running.local.delete("plain");
    expect(running.local.get("plain")).toBeUndefined();
  });
});
