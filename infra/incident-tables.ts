import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, ProjectionType, Table } from "aws-cdk-lib/aws-dynamodb";
import type { IGrantable } from "aws-cdk-lib/aws-iam";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { Encryption } from "./encryption.ts";
import { grantOnTable } from "./grants.ts";

export interface IncidentTablesProps {
  readonly alerts: Topic;
  readonly encryption: Encryption;
  /** Days that an incident is kept. */
  readonly keepDays: number;
  readonly removalPolicy: RemovalPolicy;
}

/** What went wrong and what is counted. */
export class IncidentTables extends Construct {
  /** Incidents by `incidentId`; index `byDay` lists them by time, `byJob` a job's. They expire. */
  readonly incidents: Table;
  /** Counters that callers share, by `counter`: the launch budget, and windows of alerts that are alike. */
  readonly counters: Table;
  readonly #alerts: Topic;
  readonly #encryption: Encryption;
  readonly #keepDays: number;

  constructor(scope: Construct, id: string, props: IncidentTablesProps) {
    super(scope, id);
    const { alerts, encryption, keepDays, removalPolicy } = props;
    this.#alerts = alerts;
    this.#encryption = encryption;
    this.#keepDays = keepDays;
    this.incidents = this.table("Incidents", "incidentId", removalPolicy);
    for (const [indexName, key] of [
      ["byDay", "day"],
      ["byJob", "jobId"],
    ] as const) {
      this.incidents.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: key, type: AttributeType.STRING },
        sortKey: { name: "occurredAt", type: AttributeType.STRING },
        projectionType: ProjectionType.ALL,
      });
    }
    // What it holds is forgotten within days, and is of no use to a new stack.
    this.counters = this.table("Counters", "counter", RemovalPolicy.DESTROY, false);
  }

  /** The variables that `incidentDependencies` of functions/kit/clients.ts reads. */
  environment(): Record<"INCIDENTS_TABLE" | "INCIDENT_DAYS" | "COUNTERS_TABLE" | "ALERTS_TOPIC_ARN", string> {
    return {
      INCIDENT_DAYS: String(this.#keepDays),
      INCIDENTS_TABLE: this.incidents.tableName,
      COUNTERS_TABLE: this.counters.tableName,
      ALERTS_TOPIC_ARN: this.#alerts.topicArn,
    };
  }

  /** Keep incidents, count, and tell the administrators. */
  grantRaise(grantee: IGrantable): void {
    grantOnTable(this.incidents, grantee, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem");
    grantOnTable(this.counters, grantee, "dynamodb:GetItem", "dynamodb:UpdateItem");
    this.#alerts.grantPublish(grantee);
  }

  /** Take turns from the account's launch budget, which is one of the counters. */
  grantBudget(grantee: IGrantable): void {
    grantOnTable(this.counters, grantee, "dynamodb:UpdateItem");
  }

  private table(id: string, partitionKey: string, removalPolicy: RemovalPolicy, restorable = true): Table {
    return new Table(this, id, {
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      ...this.#encryption.table(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: restorable },
      timeToLiveAttribute: "expiresAt",
      removalPolicy,
    });
  }
}
