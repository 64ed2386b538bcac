import { createRoute, z } from "@hono/zod-openapi";
import { hour } from "../../../../events/batch/hour.ts";
import { hourReport, rollupList, rollupsQuery } from "../schemas/reports.ts";
import { access, answers } from "./describe.ts";

const tags = ["Reports"];

export const listRollups = createRoute({
  method: "get",
  path: "/api/rollups",
  operationId: "listRollups",
  summary: "What each hour did and cost, against one task per object",
  tags,
  ...access("administrator"),
  request: { query: rollupsQuery },
  responses: answers(200, "Rollups by hour", rollupList, 400, 401, 403),
});

export const readReport = createRoute({
  method: "get",
  path: "/api/reports/{hour}",
  operationId: "readReport",
  summary: "The report of an hour",
  tags,
  ...access("administrator"),
  request: { params: z.strictObject({ hour }) },
  responses: answers(200, "The report", hourReport, 400, 401, 403, 404),
});
