import { createRoute, z } from "@hono/zod-openapi";
import {
  history,
  historyQuery,
  queueList,
  scalingList,
  serviceList,
  taskList,
  tasksQuery,
} from "../schemas/cluster.ts";
import { queueName, replayedLetters, replayRequest } from "../schemas/dead-letters.ts";
import { access, answers, jsonBody } from "./describe.ts";

const tags = ["Cluster"];
const administrator = access("administrator");

export const listTasks = createRoute({
  method: "get",
  path: "/api/cluster/tasks",
  operationId: "listTasks",
  summary: "Tasks by state and capacity provider",
  tags,
  ...administrator,
  request: { query: tasksQuery },
  responses: answers(200, "The tasks", taskList, 400, 401, 403),
});

export const listServices = createRoute({
  method: "get",
  path: "/api/cluster/services",
  operationId: "listServices",
  summary: "Services: desired, running and pending tasks, deployments, events",
  tags,
  ...administrator,
  responses: answers(200, "The services", serviceList, 401, 403),
});

export const listScaling = createRoute({
  method: "get",
  path: "/api/cluster/scaling",
  operationId: "listScaling",
  summary: "Decisions to scale, and why",
  tags,
  ...administrator,
  responses: answers(200, "The decisions, newest first", scalingList, 401, 403),
});

export const listQueues = createRoute({
  method: "get",
  path: "/api/cluster/queues",
  operationId: "listQueues",
  summary: "Queues and dead-letter queues, and how full they are",
  tags,
  ...administrator,
  responses: answers(200, "The queues", queueList, 401, 403),
});

export const readHistory = createRoute({
  method: "get",
  path: "/api/cluster/history",
  operationId: "readHistory",
  summary: "Tasks, queues and services over time",
  tags,
  ...administrator,
  request: { query: historyQuery },
  responses: answers(200, "Measures over time", history, 400, 401, 403),
});

export const replayLetters = createRoute({
  method: "post",
  path: "/api/cluster/queues/{name}/replay",
  operationId: "replayLetters",
  summary: "Put the dead letters of a queue back to where they came from, once",
  tags,
  ...administrator,
  request: { params: z.strictObject({ name: queueName }), body: jsonBody(replayRequest) },
  responses: answers(200, "What became of them", replayedLetters, 400, 401, 403, 404, 415, 422),
});
