import { createRoute, z } from "@hono/zod-openapi";
import {
  completedUpload,
  multipartId,
  multipartList,
  multipartRequest,
  multipartState,
  multipartUpload,
  partLinks,
  partsRequest,
  preparedUpload,
  uploadRequest,
} from "../schemas/uploads.ts";
import { access, answers, jsonBody, problemAnswers } from "./describe.ts";

const tags = ["Uploads"];
const params = z.strictObject({ id: multipartId });

export const prepareUpload = createRoute({
  method: "post",
  path: "/api/uploads",
  operationId: "prepareUpload",
  summary: "A form with which one file goes straight to S3",
  tags,
  ...access("uploader"),
  request: { body: jsonBody(uploadRequest) },
  responses: answers(201, "The form", preparedUpload, 400, 401, 403, 413, 415, 422),
});

export const createMultipart = createRoute({
  method: "post",
  path: "/api/multipart-uploads",
  operationId: "createMultipart",
  summary: "Begin an upload in parts, which can be resumed",
  tags,
  ...access("uploader"),
  request: { body: jsonBody(multipartRequest) },
  responses: answers(201, "The upload", multipartUpload, 400, 401, 403, 409, 413, 415, 422),
});

export const listMultipart = createRoute({
  method: "get",
  path: "/api/multipart-uploads",
  operationId: "listMultipart",
  summary: "Uploads in parts that are not complete, newest first",
  tags,
  ...access("uploader"),
  responses: answers(200, "The uploads", multipartList, 401, 409),
});

export const readMultipart = createRoute({
  method: "get",
  path: "/api/multipart-uploads/{id}",
  operationId: "readMultipart",
  summary: "Which parts of an upload S3 has",
  tags,
  ...access("uploader"),
  request: { params },
  responses: answers(200, "The upload and its parts", multipartState, 400, 401, 404, 409),
});

export const signParts = createRoute({
  method: "post",
  path: "/api/multipart-uploads/{id}/parts",
  operationId: "signParts",
  summary: "Links to which parts are sent",
  tags,
  ...access("uploader"),
  request: { params, body: jsonBody(partsRequest) },
  responses: answers(200, "The links", partLinks, 400, 401, 403, 404, 409, 415, 422),
});

export const completeMultipart = createRoute({
  method: "post",
  path: "/api/multipart-uploads/{id}/complete",
  operationId: "completeMultipart",
  summary: "Make the object of its parts; all of them have been sent",
  tags,
  ...access("uploader"),
  request: { params },
  responses: answers(200, "The object", completedUpload, 400, 401, 403, 404, 409),
});

export const abortMultipart = createRoute({
  method: "delete",
  path: "/api/multipart-uploads/{id}",
  operationId: "abortMultipart",
  summary: "Give an upload up; S3 forgets its parts",
  tags,
  ...access("uploader"),
  request: { params },
  responses: { 204: { description: "Given up" }, ...problemAnswers(400, 401, 403, 404, 409) },
});
