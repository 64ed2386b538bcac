import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { Problem, parseInput, shown } from "../problem.ts";
import { presignUpload, type UploadPlace, uploadRequest } from "./presign-upload.ts";

const MAX_BODY_BYTES = 16 * 1024;

/** `POST /uploads`: a form with which the browser sends one file straight to S3. */
export function uploadRoutes(place: UploadPlace, now: () => Date): Hono {
  const limit = bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: () => {
      throw new Problem(413, "the request's body", "larger", `it has at most ${MAX_BODY_BYTES} bytes`);
    },
  });
  return new Hono().post("/uploads", limit, async (context) => {
    const contentType = context.req.header("content-type");
    // Other sites' pages can send forms here, but not JSON.
    if (contentType?.split(";")[0]?.trim() !== "application/json") {
      throw new Problem(415, "content-type", shown(contentType), "it is application/json");
    }
    const body = await context.req.json().catch(() => {
      throw new Problem(400, "the request's body", "not JSON", "it is an object with name, size and type");
    });
    const prepared = await presignUpload(place, parseInput(uploadRequest, body, 422), now());
    return context.json(prepared, 201);
  });
}
