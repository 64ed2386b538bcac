import { unflatten } from "../../wire/query-service.ts";
import { escapeXml } from "../../wire/xml.ts";
import type { Protocol } from "./protocol.ts";

const NAMESPACE = "http://monitoring.amazonaws.com/doc/2010-08-01/";

/** The AWS query protocol: form fields in, XML out; older SDKs and command lines speak it. */
export const query: Protocol = {
  contentType: "text/xml",
  read(_request, body) {
    const form = new URLSearchParams(body.toString("utf8"));
    return { operation: form.get("Action") ?? "", input: unflatten(form) };
  },
  write: (operation, result, requestId) =>
    `<${operation}Response xmlns="${NAMESPACE}">${element(`${operation}Result`, result)}${element(
      "ResponseMetadata",
      { RequestId: requestId },
    )}</${operation}Response>`,
  writeError: (error, requestId) =>
    `<ErrorResponse xmlns="${NAMESPACE}">${element("Error", {
      Type: error.fault,
      Code: error.code,
      Message: error.message,
    })}${element("RequestId", requestId)}</ErrorResponse>`,
};

function element(name: string, value: unknown): string {
  return value === undefined || value === null ? "" : `<${name}>${content(value)}</${name}>`;
}

function content(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map)
    return [...value].map(([key, item]) => element("entry", { key, value: item })).join("");
  if (Array.isArray(value)) return value.map((item) => element("member", item)).join("");
  if (typeof value === "object" && value !== null) {
    return Object.entries(value)
      .map(([name, member]) => element(name, member))
      .join("");
  }
  return escapeXml(String(value));
}
