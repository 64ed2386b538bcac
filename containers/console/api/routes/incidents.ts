import { createRoute, z } from "@hono/zod-openapi";
import { incidentDetail, incidentId, incidentList, incidentsQuery } from "../schemas/incidents.ts";
import { access, answers } from "./describe.ts";

const tags = ["Incidents"];

export const listIncidents = createRoute({
  method: "get",
  path: "/api/incidents",
  operationId: "listIncidents",
  summary: "Tasks that stopped wrongly and launches that were refused, newest first",
  tags,
  ...access("administrator"),
  request: { query: incidentsQuery },
  responses: answers(200, "A page of incidents", incidentList, 400, 401, 403),
});

export const readIncident = createRoute({
  method: "get",
  path: "/api/incidents/{incidentId}",
  operationId: "readIncident",
  summary: "An incident: why, what to do, log lines, and what else is affected alike",
  tags,
  ...access("administrator"),
  request: { params: z.strictObject({ incidentId }) },
  responses: answers(200, "The incident", incidentDetail, 400, 401, 403, 404),
});
