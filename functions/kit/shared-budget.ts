import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { type LaunchBudget, launchBudget } from "./launch-budget.ts";

/** The account's launch budget, for functions that need no other table. */
export function sharedBudget(countersTable: string): LaunchBudget {
  return launchBudget(DynamoDBDocumentClient.from(new DynamoDBClient({})), countersTable);
}
