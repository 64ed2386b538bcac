import type { Api } from "../api/api.ts";
import {
  abortMultipart,
  completeMultipart,
  createMultipart,
  listMultipart,
  prepareUpload,
  readMultipart,
  signParts,
} from "../api/routes/uploads.ts";
import { Problem } from "../problem.ts";
import { type MultipartPlace, MultipartUploads } from "./multipart.ts";
import { presignUpload } from "./presign-upload.ts";
import type { Staging } from "./staging.ts";

export interface UploadsPlace extends Omit<MultipartPlace, "staging"> {
  /** What all tasks of the service share; without it uploads in parts are not offered. */
  readonly staging: Staging | undefined;
}

/** Files on their way to S3, by one form each or in parts: their bytes never pass through here. */
export function uploadRoutes(api: Api, place: UploadsPlace): void {
  const { publicS3, rules, staging, now } = place;
  api.openapi(prepareUpload, async (context) =>
    context.json(await presignUpload(publicS3, rules, context.req.valid("json"), now()), 201),
  );
  api.use("/api/multipart-uploads/*", async (_, next) => {
    if (staging) return next();
    throw new Problem(
      409,
      "uploads in parts",
      "not offered",
      "they need the shared file system, which this deployment has not",
    );
  });
  if (staging) multipartRoutes(api, new MultipartUploads({ ...place, staging }));
}

function multipartRoutes(api: Api, uploads: MultipartUploads): void {
  api.openapi(createMultipart, async (context) =>
    context.json(await uploads.create(context.req.valid("json")), 201),
  );
  api.openapi(listMultipart, async (context) => context.json({ uploads: await uploads.list() }, 200));
  api.openapi(readMultipart, async (context) =>
    context.json(await uploads.read(context.req.valid("param").id), 200),
  );
  api.openapi(signParts, async (context) =>
    context.json(await uploads.sign(context.req.valid("param").id, context.req.valid("json").parts), 200),
  );
  api.openapi(completeMultipart, async (context) =>
    context.json(await uploads.complete(context.req.valid("param").id), 200),
  );
  api.openapi(abortMultipart, async (context) => {
    await uploads.abort(context.req.valid("param").id);
    return context.body(null, 204);
  });
}
