import { describe, expect, it } from "vitest";
import {
  compileInput,
  type InputSpec,
  InvalidInputError,
} from "../../../../local/eventbridge/input/input.ts";

const EVENT = {
  version: "0" as const,
  id: "e1",
  "detail-type": "Object Created",
  source: "aws.s3",
  account: "000000000000",
  time: "2026-01-31T03:17:14Z",
  region: "us-east-1",
  resources: ["arn:aws:s3:::b"],
  detail: {
    key: 'a "b"\\c\n',
    size: 12,
    valid: true,
    nothing: null,
    payload: { acc_id: "0a", sf_id: "baz" },
    states: ["ACTIVE", "INACTIVE"],
    items: [{ id: 1 }, { id: 2 }],
  },
};
const CONTEXT = { ruleArn: "arn:aws:events:::rule/r", ruleName: "r", ingestionTime: "2026-01-31T03:17:15Z" };

function send(spec: InputSpec): string {
  return compileInput(spec, "t1")(EVENT, CONTEXT);
}

function transform(template: string): string {
  return send({
    InputTransformer: {
      InputPathsMap: {
        key: "$.detail.key",
        size: "$.detail.size",
        valid: "$.detail.valid",
        nothing: "$.detail.nothing",
        payload: "$.detail.payload",
        states: "$.detail.states",
        "second-id": "$.detail.items[1].id",
        ids: "$.detail.items[*].id",
        missing: "$.detail.version-id",
        beyond: "$.detail.items[9]",
        type: "$.detail-type",
      },
      InputTemplate: template,
    },
  });
}

describe("input", () => {
  it("is the event itself by default", () => {
    expect(JSON.parse(send({}))).toEqual(EVENT);
  });

  it("is the constant as it stands", () => {
    expect(send({ Input: '{ "a": 1 }' })).toBe('{ "a": 1 }');
  });

  it.each([
    ["$", EVENT],
    ["$.detail.payload", { acc_id: "0a", sf_id: "baz" }],
    ["$.detail.payload.sf_id", "baz"],
    ["$.detail.items[0].id", 1],
    ["$.detail.items[*].id", [1, 2]],
    ["$.detail.payload.*", ["0a", "baz"]],
    ["$.detail-type", "Object Created"],
    ["$.detail.missing", null],
  ])("is what InputPath %s leads to", (path, expected) => {
    expect(JSON.parse(send({ InputPath: path }))).toEqual(expected);
  });
});

describe("input transformer", () => {
  it.each([
    // Bare, a variable is JSON.
    ['{"t": <type>, "n": <size>, "v": <valid>}', '{"t": "Object Created", "n": 12, "v": true}'],
    ['{"k": <key>}', '{"k": "a \\"b\\"\\\\c\\n"}'],
    ['{"p": <payload>, "s": <states>}', '{"p": {"acc_id":"0a","sf_id":"baz"}, "s": ["ACTIVE","INACTIVE"]}'],
    ['{"i": <second-id>, "all": <ids>}', '{"i": 2, "all": [1,2]}'],
    ['{"x": <nothing>}', '{"x": null}'],
    ["<payload>", '{"acc_id":"0a","sf_id":"baz"}'],
    // A path that leads nowhere is empty.
    ['{"v": <missing>, "w": <beyond>}', '{"v": "", "w": ""}'],
    ['{"v": "<missing>!"}', '{"v": "!"}'],
    // Inside quotes, text stays text.
    ['{"path": "users/<size>/<type>"}', '{"path": "users/12/Object Created"}'],
    ['{"k": "<key>"}', '{"k": "a \\"b\\"\\\\c\\n"}'],
    ['{"a\\"<type>": 1}', '{"a\\"Object Created": 1}'],
    ['"Got <type>, <valid>, <missing>."', '"Got Object Created, true, ."'],
    ['"Payload <payload> and <states>"', '"Payload {acc_id:0a,sf_id:baz} and [ACTIVE,INACTIVE]"'],
    ['"one <size>"\n"two <valid>"', '"one 12"\n"two true"'],
    // What looks like no variable is text.
    ['{"a": "1 < 2 > 0"}', '{"a": "1 < 2 > 0"}'],
    // Reserved variables.
    [
      '"<aws.events.rule-arn> <aws.events.rule-name> <aws.events.event.ingestion-time>"',
      '"arn:aws:events:::rule/r r 2026-01-31T03:17:15Z"',
    ],
  ])("%s", (template, expected) => {
    expect(transform(template)).toBe(expected);
  });

  it("gives the whole event, and the event without its detail", () => {
    const sent = JSON.parse(transform('{"e": <aws.events.event>, "j": <aws.events.event.json>}'));
    const { detail: _detail, "detail-type": detailType, ...rest } = EVENT;
    expect(sent).toEqual({ e: { ...rest, detailType }, j: EVENT });
  });

  it("fails for an event whose values do not give JSON", () => {
    expect(() => transform('{"p": "<payload>"}')).toThrow(InvalidInputError);
  });
});

describe("input that PutTargets refuses", () => {
  const template = (InputTemplate: string, InputPathsMap: Record<string, string> = {}) => ({
    InputTransformer: { InputPathsMap, InputTemplate },
  });

  it.each<[InputSpec, string]>([
    [
      { Input: "{}", InputPath: "$" },
      "Only one of Input, InputPath, or InputTransformer must be provided for target t1.",
    ],
    [{ Input: "{" }, "JSON syntax error in input for target t1."],
    [{ InputPath: "detail" }, "InputPath for target t1 is not valid"],
    [{ InputPath: "$..detail" }, "InputPath for target t1 is not valid"],
    [{ InputPath: "$.items[?(@.id)]" }, "InputPath for target t1 is not valid"],
    [template('"<other>"'), "InputTemplate for target t1 contains invalid placeholder other."],
    [template("<a> items", { a: "$" }), "Invalid InputTemplate for target t1"],
    [template('{"a": <a>', { a: "$" }), "Invalid InputTemplate for target t1"],
    [template('"x"', { "aws.events.event": "$" }), "contains reserved variable aws.events.event"],
    [template('"x"', { a: "detail" }), "InputPathsMap for target t1 is not valid"],
  ])("%j", (spec, message) => {
    expect(() => compileInput(spec, "t1")).toThrow(
      expect.objectContaining({ code: "ValidationException", message: expect.stringContaining(message) }),
    );
  });
});
