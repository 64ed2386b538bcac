import { AwsError } from "../../wire/aws-error.ts";
import { readBody } from "../../wire/body.ts";
import { parseInput } from "../../wire/operation.ts";
import { unflatten } from "../../wire/query-service.ts";
import type { GatewayService } from "../../wire/service.ts";
import { toXml } from "../../wire/xml.ts";
import { asAwsError } from "../sqs/service.ts";
import { type SnsCall, snsOperations } from "./operations.ts";

const NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/";

/** SNS over the query protocol, the one that it has. */
export function snsService(sns: Omit<SnsCall, "form">): GatewayService {
  return {
    signingNames: ["sns"],
    async handle(request, response, context) {
      const send = (status: number, xml: string) => {
        response.writeHead(status, {
          "content-type": "text/xml",
          "content-length": Buffer.byteLength(xml),
          "x-amzn-requestid": context.requestId,
        });
        response.end(xml);
      };
      const metadata = toXml("ResponseMetadata", { RequestId: context.requestId });
      try {
        const fields = new URLSearchParams((await readBody(request)).toString("utf8"));
        const form = Object.fromEntries(fields);
        const action = form.Action ?? "";
        const definition = snsOperations[action];
        if (!definition) {
          throw new AwsError(
            "InvalidAction",
            `sns ${action || "(no Action)"} is not played by the local runtime; see docs/local-support.md`,
          );
        }
        const input = parseInput("sns", action, definition, unflatten(fields), "InvalidParameter");
        context.authorize?.(action, input);
        const result: unknown = await definition.run({ ...sns, form }, input, context);
        if (typeof result === "string") return send(200, result);
        const content = toXml(`${action}Result`, result ?? {}) + metadata;
        send(200, `<${action}Response xmlns="${NAMESPACE}">${content}</${action}Response>`);
      } catch (thrown) {
        const error = asAwsError(thrown);
        const content =
          toXml("Error", { Type: error.fault, Code: error.code, Message: error.message }) +
          toXml("RequestId", context.requestId);
        send(error.statusCode, `<ErrorResponse xmlns="${NAMESPACE}">${content}</ErrorResponse>`);
      }
    },
  };
}
