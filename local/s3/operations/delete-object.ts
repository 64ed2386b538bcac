import { z } from "zod";
import { AwsError } from "../../wire/aws-error.ts";
import { deleteVersion } from "../delete-version.ts";
import { invalidArgument, malformedXml, S3Error } from "../errors.ts";
import { readDocument } from "../incoming-body.ts";
import { BODY_HEADERS, type S3Operation, xmlResponse } from "../operation.ts";
import { bucketOf, checkKey, header, keyOf } from "../request.ts";
import { parseXml, xmlDocument } from "../xml.ts";

export const deleteObject: S3Operation = {
  name: "DeleteObject",
  method: "DELETE",
  level: "object",
  query: ["versionId"],
  run(s3, request) {
    const versionId = request.query.get("versionId") ?? undefined;
    if (versionId === "") throw invalidArgument("Version id cannot be the empty string", "versionId", "");
    const deleted = deleteVersion(s3, request, {
      bucket: bucketOf(request),
      key: keyOf(request),
      versionId,
      ifMatch: header(request, "if-match"),
    });
    return {
      status: 204,
      headers: {
        "x-amz-version-id": deleted.versionId,
        "x-amz-delete-marker": deleted.deleteMarker ? "true" : undefined,
      },
    };
  },
};

const body = z.strictObject({
  Object: z
    .array(
      z.strictObject({
        Key: z.string().min(1),
        VersionId: z.string().optional(),
        ETag: z.string().optional(),
      }),
    )
    .min(1)
    .max(1000),
  Quiet: z.enum(["true", "false"]).default("false"),
});

export const deleteObjects: S3Operation = {
  name: "DeleteObjects",
  method: "POST",
  level: "bucket",
  markers: ["delete"],
  headers: BODY_HEADERS,
  async run(s3, request) {
    const { name } = s3.buckets.get(bucketOf(request));
    const { text, verified } = await readDocument(request);
    if (!verified) {
      throw new S3Error(
        "InvalidRequest",
        "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
      );
    }
    if (text === "") throw malformedXml();
    const { Object: objects, Quiet } = parseXml(text, "Delete", body, ["Object"]);
    const results = objects.map(({ Key, VersionId, ETag }) => {
      try {
        const query = new URLSearchParams(VersionId === undefined ? {} : { versionId: VersionId });
        const headers = ETag === undefined ? {} : { "if-match": ETag };
        request.authorize?.("DeleteObject", { bucket: name, key: Key, query, headers });
        const deletion = { bucket: name, key: checkKey(Key), versionId: VersionId, ifMatch: ETag };
        const deleted = deleteVersion(s3, request, deletion);
        return {
          Deleted: {
            Key,
            VersionId,
            DeleteMarker: deleted.deleteMarker || undefined,
            DeleteMarkerVersionId: deleted.deleteMarker ? deleted.versionId : undefined,
          },
        };
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return { Error: { Key, VersionId, Code: error.code, Message: error.message } };
      }
    });
    const shown = results.filter((result) => Quiet === "false" || "Error" in result);
    return xmlResponse(xmlDocument("DeleteResult", shown));
  },
};
